import type { ContainerObservation } from '@buildog/plugin-buildog-node';
import { classifyFailure } from '../classifyFailure';
import type { FailureInput } from '../classifyFailure';
import type { FailureFacts } from '../FailureFacts';
import { at, runningSnapshot, testContext } from './fixtures';

const { build, attempts } = runningSnapshot();
const base: FailureInput = {
  attempt: attempts[0],
  seen: undefined,
  facts: undefined,
  plan: build.plan,
  lifecycle: testContext.lifecycle,
  now: at(10),
};
/** Classifies an attempt about which only this is known. */
export const over = (input: Partial<FailureInput>) =>
  classifyFailure({ ...base, ...input });
/** A container that ended with exit code 1, unless said otherwise. */
export const ended = (
  name: string,
  more: Partial<ContainerObservation> = {},
): ContainerObservation => ({
  name,
  state: 'Terminated',
  exitCode: 1,
  ...more,
});
/** Termination message of an agent program that failed. */
export const agentFailure = (
  program: string,
  code: string,
  category: string,
  retryable: boolean,
) =>
  JSON.stringify({
    protocolVersion: 1,
    program,
    ok: false,
    reason: { code, message: `${code} says the agent.`, category, retryable },
  });
/** A step that `init` listed. */
export const step = { number: 9, line: 21, instruction: 'RUN yarn bundle' };
/** What a log says. */
export const log = (facts: Partial<FailureFacts> = {}): FailureFacts => ({
  seccompRefused: false,
  ...facts,
});

/** A fact and what it means. */
export type FailureRow = [
  what: string,
  input: Partial<FailureInput>,
  code: string,
  category: string,
  retryable: boolean,
  message: RegExp,
];

/** Checks what a fact means, and that it is said in a short sentence. */
export function expectFailure(...row: FailureRow): void {
  const [, input, code, category, retryable, message] = row;
  const verdict = over(input);
  if (verdict.state !== 'Failed') throw new Error(JSON.stringify(verdict));
  const { failure } = verdict;
  expect([failure.reason.code, failure.reason.category]).toEqual([
    code,
    category,
  ]);
  expect(failure.retryable).toBe(retryable);
  expect(failure.reason.message).toMatch(message);
  expect(failure.reason.message.length).toBeLessThanOrEqual(2000);
}
