import type { Heredoc } from '../Instruction';
import { expandWords, type Variables } from '../shell/expandWord';
import { SyntaxProblem } from './statementError';

/** The start of a heredoc: what `<<-"WORD"` says. */
export type HeredocMark = Omit<Heredoc, 'content'>;

const nothing: Variables = { get: () => undefined };
const quoteCount = (text: string) => text.match(/['"]/g)?.length ?? 0;

/**
 * Reads a word that starts a heredoc (`<<EOF`, `3<<-"EOF"`); undefined for
 * every other word.
 *
 * @throws SyntaxProblem when its quotes are not closed
 */
export function parseHeredocMark(word: string): HeredocMark | undefined {
  const match = /^\d*<<(-?)/.exec(word);
  if (!match) return undefined;
  const text = word.slice(match[0].length).replace(/^[\t\n\f\r ]+/, '');
  if (text === '' || text.includes('<')) return undefined;
  const plain = expandWords(text, nothing, { keepUnset: true });
  const quoted = expandWords(text, nothing, {
    keepUnset: true,
    keepQuotes: true,
  });
  if (plain.length !== 1 || quoted.length !== 1) return undefined;
  return {
    name: plain[0],
    expand: quoteCount(plain[0]) === quoteCount(quoted[0]),
    stripTabs: match[1] === '-',
  };
}

/** Like {@link parseHeredocMark}, and undefined for what has an error. */
export function asHeredocMark(word: string): HeredocMark | undefined {
  try {
    return parseHeredocMark(word);
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}

/** The heredocs that an instruction announces, in order. */
export function findHeredocMarks(line: string): HeredocMark[] {
  if (!line.includes('<<')) return [];
  let words: string[];
  try {
    words = expandWords(line, nothing, {
      keepQuotes: true,
      keepEscapes: true,
      keepUnset: true,
    });
  } catch (error) {
    // A line that is no list of words for us may still be one for its shell.
    if (error instanceof SyntaxProblem) return [];
    throw error;
  }
  return words
    .map(parseHeredocMark)
    .filter((mark): mark is HeredocMark => mark !== undefined);
}

/** The content with leading tabs removed where `<<-` asks for it. */
export function heredocContent(heredoc: Heredoc): string {
  return heredoc.stripTabs
    ? heredoc.content.replace(/^\t+/gm, '')
    : heredoc.content;
}
