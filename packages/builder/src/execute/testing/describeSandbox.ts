/* eslint-disable jest/no-export, jest/expect-expect, jest/no-disabled-tests -- a describe for the suites of other files */
import { SandboxFixture } from './SandboxFixture';
import type { SandboxMode } from './SandboxHost';

/**
 * Describes what holds for builders of some kinds, on the real thing. A kind
 * that this machine can not have is skipped under a name that says why; with
 * `BUILDOG_REQUIRE_SANDBOX` set it fails.
 */
export function describeSandbox(
  title: string,
  modes: readonly SandboxMode[],
  tests: (mode: SandboxMode, fixture: SandboxFixture) => void,
): void {
  for (const mode of modes) {
    const missing = SandboxFixture.missing(mode);
    if (missing !== undefined && process.env.BUILDOG_REQUIRE_SANDBOX) {
      it(`${title}, ${mode}`, () => {
        throw new Error(`BUILDOG_REQUIRE_SANDBOX is set, and ${missing}`);
      });
    } else if (missing !== undefined) {
      describe.skip(`${title}, ${mode} (${missing})`, () => {
        tests(mode, undefined as never);
      });
    } else {
      describe(`${title}, ${mode}`, () => {
        const fixture = new SandboxFixture();
        jest.setTimeout(60_000);
        beforeAll(() => fixture.create());
        tests(mode, fixture);
        // Last: the tests' own hooks look at what is there.
        afterAll(() => fixture.remove());
      });
    }
  }
}
