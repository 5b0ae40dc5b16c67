/**
 * A line of shell that sets the positional parameters to these words, whatever
 * is in them: between single quotes nothing means anything to a shell, and a
 * single quote is written outside of them. Words hold no NUL.
 */
export function quoteWords(words: readonly string[]): string {
  return `set -- ${words.map(quote).join(' ')}\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
