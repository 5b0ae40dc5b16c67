import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { quote } from '../../dockerfile/text/redact';

const symbolic = /^[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+$/;

/**
 * Checks the value of `--chmod`: an octal number up to 07777, or symbolic
 * (`u=rwX,go=rX`).
 *
 * @throws SyntaxProblem
 */
export function checkMode(text: string): void {
  if (/^[0-7]+$/.test(text) && parseInt(text, 8) <= 0o7777) return;
  if (text.split(',').every(clause => symbolic.test(clause))) return;
  throw new SyntaxProblem(
    `--chmod=${quote(
      text,
    )} is no mode; write an octal number up to 7777, or symbolically u=rwX,go=rX`,
  );
}
