import { isOciError, parseReference } from '@buildog/oci';
import { isBuilderError } from '../../errors/BuilderError';
import type { FromInstruction } from '../../dockerfile/Instruction';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import {
  expandWord,
  type ExpandedWord,
} from '../../dockerfile/shell/expandWord';
import { didYouMean, nearest } from '../../dockerfile/text/nearest';
import { quote } from '../../dockerfile/text/redact';
import { globalArguments } from '../globalArguments';
import { parsePlatform } from '../platform';
import type { PlanScope } from '../PlanScope';

/** Warns of variables in `FROM` that nothing declares, and of bases that need a build argument. */
export function checkFrom(
  scope: PlanScope,
  from: FromInstruction,
  base: ExpandedWord,
): void {
  warnOfUndeclared(scope, from, base.unmatched);
  if (!from.base.includes('$') || canBeBuiltWithDefaults(scope, from)) return;
  scope.warn(
    'InvalidDefaultArgInFrom',
    from,
    () =>
      `${quote(
        from.base,
      )} names no image unless a build argument is given; give the ARG a default`,
  );
}

/** Warns of `FROM --platform` values that are not needed, or only right for one platform. */
export function checkPlatformFlag(
  scope: PlanScope,
  from: FromInstruction,
  word: ExpandedWord,
): void {
  warnOfUndeclared(scope, from, word.unmatched);
  const { matched, unmatched, text } = word;
  if (matched.size === 0 && unmatched.size === 0) {
    const platform = tryPlatform(scope, text);
    const stage = from.stage ?? '';
    if (
      platform &&
      !stage.includes(platform.os) &&
      !stage.includes(platform.architecture)
    ) {
      scope.warn(
        'FromPlatformFlagConstDisallowed',
        from,
        () =>
          `--platform=${text} builds this stage for one platform only; use $BUILDPLATFORM, or leave it out`,
      );
    }
    return;
  }
  const redundant =
    matched.size === 1 &&
    unmatched.size === 0 &&
    matched.has('TARGETPLATFORM') &&
    text === scope.globals.get('TARGETPLATFORM');
  if (!redundant) return;
  scope.warn(
    'RedundantTargetPlatform',
    from,
    () => `--platform=${from.platform} is what happens anyway; leave it out`,
  );
}

function warnOfUndeclared(
  scope: PlanScope,
  from: FromInstruction,
  names: ReadonlySet<string>,
): void {
  const declared = scope.dockerfile.globalArguments.flatMap(instruction =>
    instruction.arguments.map(argument => argument.name),
  );
  const known = [...declared, ...scope.globals.names()];
  for (const name of names) {
    if (known.includes(name)) continue;
    scope.warn('UndefinedArgInFrom', from, () => {
      const meant = nearest(name, known);
      return `$${name} is not declared with ARG before the first FROM${didYouMean(
        meant && `$${meant}`,
      )}`;
    });
  }
}

function canBeBuiltWithDefaults(
  scope: PlanScope,
  from: FromInstruction,
): boolean {
  const { dockerfile, build, target, buildArgs } = scope;
  if (Object.keys(buildArgs).length === 0) return true;
  try {
    const defaults = globalArguments(
      dockerfile,
      {},
      { build, target, stage: scope.globals.get('TARGETSTAGE') ?? '' },
    );
    const { escape } = dockerfile.directives;
    parseReference(expandWord(from.base, defaults, { escape }).text);
    return true;
  } catch (error) {
    // A default that can not be expanded is an error elsewhere, or unused.
    if (error instanceof SyntaxProblem || isBuilderError(error)) return true;
    if (isOciError(error)) return false;
    throw error;
  }
}

function tryPlatform(scope: PlanScope, text: string) {
  try {
    return parsePlatform(text, scope.build);
  } catch (error) {
    if (isBuilderError(error)) return undefined;
    throw error;
  }
}
