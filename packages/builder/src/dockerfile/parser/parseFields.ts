import { SyntaxProblem } from './statementError';

/**
 * Splits one line of comma-separated values (RFC 4180 without line breaks), as
 * `--mount` takes them: `type=bind,"target=/a,b"`.
 */
export function parseFields(text: string): string[] {
  const fields: string[] = [];
  let position = 0;
  for (;;) {
    if (text[position] === '"') {
      let field = '';
      let from = position + 1;
      for (;;) {
        const end = text.indexOf('"', from);
        if (end < 0)
          throw new SyntaxProblem('a quote in --mount is not closed');
        field += text.slice(from, end);
        from = end + 1;
        if (text[from] !== '"') break;
        field += '"';
        from += 1;
      }
      if (from < text.length && text[from] !== ',') {
        throw new SyntaxProblem(
          'a quoted field in --mount is not followed by a comma',
        );
      }
      fields.push(field);
      position = from;
    } else {
      const comma = text.indexOf(',', position);
      const end = comma < 0 ? text.length : comma;
      const field = text.slice(position, end);
      if (field.includes('"')) {
        throw new SyntaxProblem(
          'a quote in --mount has to enclose the whole field: "name=value"',
        );
      }
      fields.push(field);
      position = end;
    }
    if (position >= text.length) return fields;
    position += 1;
  }
}
