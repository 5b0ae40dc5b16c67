import { trimStart } from '../text/whitespace';
import { SyntaxProblem } from './statementError';

/**
 * Reads the JSON form of an instruction's arguments (`["a", "b"]`). Undefined
 * when the text is no JSON array: then it is meant in the other form.
 *
 * @throws SyntaxProblem for an array that holds something else than strings
 */
export function parseArray(text: string): string[] | undefined {
  const candidate = trimStart(text);
  if (!candidate.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(candidate);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.map((item: unknown) => {
    if (typeof item !== 'string') {
      throw new SyntaxProblem(
        'the JSON form takes strings only; put quotes around the others',
      );
    }
    return item;
  });
}
