import { isIP } from 'node:net';
import type { Instruction } from '../../dockerfile/Instruction';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { quote } from '../../dockerfile/text/redact';
import type { PlanScope } from '../PlanScope';

/**
 * Reads a port of `EXPOSE`: `80`, `80/udp`, `8000-8010/tcp`; also, as history
 * has it, `[address:][host port:]port`. Gives `port/protocol` for each.
 *
 * @throws SyntaxProblem
 */
export function parsePort(
  text: string,
  scope: PlanScope,
  instruction: Instruction,
): string[] {
  const parts = text.split(':');
  const container = parts[parts.length - 1];
  const host = parts.length > 1 ? parts[parts.length - 2] : '';
  const address = parts.slice(0, -2).join(':');
  const slash = container.indexOf('/');
  const range = slash < 0 ? container : container.slice(0, slash);
  const written = slash < 0 ? '' : container.slice(slash + 1);
  const protocol = written.toLowerCase() || 'tcp';
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) {
    throw new SyntaxProblem(
      `${quote(text)} has the protocol ${quote(
        written,
      )}; it is tcp, udp or sctp`,
    );
  }
  if (written !== written.toLowerCase()) {
    scope.warn(
      'ExposeProtoCasing',
      instruction,
      () => `the protocol in ${quote(text)} should be in lower case`,
    );
  }
  if (address !== '' || host !== '') {
    scope.warn(
      'ExposeInvalidFormat',
      instruction,
      () =>
        `${quote(
          text,
        )} names an address or a port of the host; EXPOSE is about the container only`,
    );
  }
  if (address !== '' && isIP(address.replace(/^\[(.*)\]$/, '$1')) === 0) {
    throw new SyntaxProblem(`${quote(address)} is no IP address`);
  }
  const [start, end] = parseRange(range, text);
  if (host !== '') {
    const [hostStart, hostEnd] = parseRange(host, text);
    if (start !== end && hostEnd - hostStart !== end - start) {
      throw new SyntaxProblem(
        `${quote(text)} has two ranges of different lengths`,
      );
    }
  }
  return Array.from(
    { length: end - start + 1 },
    (_, index) => `${start + index}/${protocol}`,
  );
}

function parseRange(range: string, text: string): [number, number] {
  const match = /^\+?(\d+)(?:-\+?(\d+))?$/.exec(range);
  const start = Number(match?.[1]);
  const end = Number(match?.[2] ?? match?.[1]);
  if (!(start <= end && end <= 65_535)) {
    throw new SyntaxProblem(
      `${quote(text)} is no port; write 80, 80/udp or 8000-8010`,
    );
  }
  return [start, end];
}
