import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { didYouMean, nearest } from '../../dockerfile/text/nearest';
import { quote } from '../../dockerfile/text/redact';

const realTime = Array.from({ length: 15 }, (_, index) => index + 1);
const signals = new Set([
  ...(
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF ' +
    'PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 ' +
    'VTALRM WINCH XCPU XFSZ RTMIN RTMAX'
  ).split(' '),
  ...realTime.map(number => `RTMIN+${number}`),
  ...realTime.slice(0, 14).map(number => `RTMAX-${number}`),
]);

/**
 * Checks the argument of `STOPSIGNAL`: a number, or a name with or without
 * `SIG`.
 *
 * @throws SyntaxProblem
 */
export function checkSignal(text: string): void {
  if (/^[+-]?\d+$/.test(text) && Number(text) !== 0) return;
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (signals.has(name)) return;
  const meant = nearest(name, signals);
  throw new SyntaxProblem(
    `${quote(text)} is no signal${didYouMean(meant && `SIG${meant}`)}`,
  );
}
