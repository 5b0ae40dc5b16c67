import type { RunMount } from '../RunMount';
import { didYouMean, nearest } from '../text/nearest';
import { quote } from '../text/redact';
import { parseFields } from './parseFields';
import { parseSize } from './parseSize';
import { SyntaxProblem } from './statementError';

type Draft = { -readonly [Key in keyof RunMount]?: RunMount[Key] };

const types = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const sharings = ['shared', 'private', 'locked'] as const;
const aliases: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
};
const keys = [
  ...['type', 'from', 'source', 'target', 'readonly', 'readwrite', 'id'],
  ...['sharing', 'required', 'size', 'mode', 'uid', 'gid', 'env'],
  ...Object.keys(aliases),
];

/**
 * Reads one `--mount` (Dockerfile reference, "RUN --mount") and checks that its
 * options go together.
 *
 * @param expand - expands variables in the values
 * @throws SyntaxProblem
 */
export function parseMount(
  text: string,
  expand: (value: string) => string,
): RunMount {
  const draft: Draft = {};
  for (const field of parseFields(text)) {
    const equals = field.indexOf('=');
    const written = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const key = Object.hasOwn(aliases, written) ? aliases[written] : written;
    setOption(
      draft,
      key,
      equals < 0 ? undefined : expand(field.slice(equals + 1)),
      field,
    );
  }
  return complete(draft);
}

/** The value of `from`, before anything is expanded: the graph of stages depends on it. */
export function mountSource(text: string): string | undefined {
  let from: string | undefined;
  for (const field of parseFields(text)) {
    const match = /^from=(.*)$/is.exec(field);
    if (!match) continue;
    if (/\$./s.test(match[1])) {
      throw new SyntaxProblem(
        'from in --mount takes no variables; give the image a name with FROM … AS and use that',
      );
    }
    from = match[1];
  }
  return from || undefined;
}

function setOption(
  draft: Draft,
  key: string,
  value: string | undefined,
  field: string,
): void {
  switch (key) {
    case 'readonly':
    case 'readwrite':
      draft.readonly = boolean(key, value) === (key === 'readonly');
      return;
    case 'required':
      onlyFor(draft, key, ['secret', 'ssh']);
      draft.required = boolean(key, value);
      return;
    default:
  }
  if (value === undefined) {
    throw new SyntaxProblem(
      `${quote(field)} in --mount is no option; write name=value`,
    );
  }
  switch (key) {
    case 'type':
      draft.type = oneOf(types, key, value);
      return;
    case 'sharing':
      draft.sharing = oneOf(sharings, key, value);
      return;
    case 'from':
    case 'source':
    case 'target':
    case 'id':
    case 'env':
      draft[key] = value;
      return;
    case 'size':
      onlyFor(draft, key, ['tmpfs']);
      draft.size = parseSize(value);
      return;
    case 'mode':
      draft.mode = number(key, value, 8);
      return;
    case 'uid':
    case 'gid':
      draft[key] = number(key, value, 10);
      return;
    default:
      throw new SyntaxProblem(
        `unknown option ${quote(key)} in --mount${didYouMean(
          nearest(key, keys),
        )}`,
      );
  }
}

function complete(draft: Draft): RunMount {
  const type = draft.type ?? 'bind';
  if (!['secret', 'ssh', 'cache'].includes(type)) {
    for (const key of ['mode', 'uid', 'gid'] as const) {
      if (draft[key] !== undefined) throw notAllowed(key, type);
    }
  }
  if (draft.sharing && type !== 'cache') throw notAllowed('sharing', type);
  if (type === 'secret') {
    if (draft.from) throw notAllowed('from', type);
    if (!draft.source && !draft.target && !draft.id) {
      throw new SyntaxProblem(
        'a mount of type secret needs id, source or target',
      );
    }
    if (draft.source && draft.id) {
      throw new SyntaxProblem(
        'a mount of type secret takes id or source, not both: they mean the same',
      );
    }
  }
  if (type === 'ssh' && draft.source) throw notAllowed('source', type);
  return {
    ...draft,
    type,
    readonly: draft.readonly ?? (type !== 'cache' && type !== 'tmpfs'),
    required: draft.required ?? false,
  };
}

function notAllowed(key: string, type: string): SyntaxProblem {
  return new SyntaxProblem(
    `the option ${key} does not go with a mount of type ${type}`,
  );
}

function onlyFor(draft: Draft, key: string, allowed: string[]): void {
  const type = draft.type ?? 'bind';
  if (!allowed.includes(type)) throw notAllowed(key, type);
}

function oneOf<T extends string>(
  values: readonly T[],
  key: string,
  value: string,
): T {
  const found = values.find(known => known === value.toLowerCase());
  if (found) return found;
  throw new SyntaxProblem(
    `${key}=${value.slice(0, 80)} in --mount is not known (${values.join(
      ', ',
    )})${didYouMean(nearest(value, values, { ignoreCase: true }))}`,
  );
}

function boolean(key: string, value: string | undefined): boolean {
  if (value === undefined || /^(1|t|true|T|TRUE|True)$/.test(value))
    return true;
  if (/^(0|f|false|F|FALSE|False)$/.test(value)) return false;
  throw new SyntaxProblem(
    `${key}=${value.slice(0, 80)} in --mount is neither true nor false`,
  );
}

function number(key: string, value: string, base: 8 | 10): number {
  const parsed = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(value)
    ? parseInt(value, base)
    : NaN;
  if (!(parsed <= 0xffff_ffff)) {
    throw new SyntaxProblem(
      `${key}=${value.slice(0, 80)} in --mount is no ${
        base === 8 ? 'octal ' : ''
      }number`,
    );
  }
  return parsed;
}
