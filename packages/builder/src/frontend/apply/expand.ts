import type { Instruction } from '../../dockerfile/Instruction';
import {
  expandWord,
  expandWords,
  type ExpandedWord,
} from '../../dockerfile/shell/expandWord';
import { didYouMean, nearest } from '../../dockerfile/text/nearest';
import type { StageState } from '../StageState';

/** Expands a word with the stage's variables; warns of those that are not set. */
export function expand(
  state: StageState,
  instruction: Instruction,
  word: string,
): string {
  const { escape } = state.scope.dockerfile.directives;
  const result = expandWord(word, state.environment, { escape });
  finish(state, instruction, result);
  return result.text;
}

/** Like {@link expand}, for instructions whose words may become several. */
export function expandList(state: StageState, word: string): readonly string[] {
  const { escape } = state.scope.dockerfile.directives;
  const words = expandWords(word, state.environment, { escape });
  words.forEach(one => state.scope.spend(one.length));
  return words;
}

/** Expands the content of a heredoc: quotes stay, and `\` escapes whatever the directive says. */
export function expandContent(
  state: StageState,
  instruction: Instruction,
  content: string,
): string {
  const result = expandWord(content, state.environment, { plainQuotes: true });
  finish(state, instruction, result);
  return result.text;
}

function finish(
  state: StageState,
  instruction: Instruction,
  result: ExpandedWord,
): void {
  state.scope.spend(result.text.length);
  if (result.unmatched.size === 0) return;
  const declared = new Set(state.arguments.map(({ name }) => name));
  for (const name of result.unmatched) {
    if (declared.has(name)) continue;
    state.scope.warn('UndefinedVar', instruction, () => {
      const meant = nearest(name, state.environment.names());
      return `$${name} is not defined${didYouMean(meant && `$${meant}`)}`;
    });
  }
}
