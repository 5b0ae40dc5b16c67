import type { BuildScheduler } from '@buildog/plugin-buildog-node';
import { describePreparedBuild } from './describePreparedBuild';
import { describeSchedulerInputs } from './describeSchedulerInputs';
import { describeSchedulerParser } from './describeSchedulerParser';

/**
 * What the suite of schedulers has to know about the one it examines.
 * @public
 */
export interface BuildSchedulerContract<TSettings> {
  scheduler: BuildScheduler<TSettings>;
  /**
   * Settings as app-config may have them, by a name for the test report. Give
   * the least that works and one that sets every key.
   */
  settings: Record<string, unknown>;
  /** Commands that `prepare` may name as a container's program. */
  commands: string[];
}

/**
 * What every scheduler promises: `prepare` is pure and moves with its
 * folders; whatever a user's value holds stays inside the one argument it
 * belongs to; no shell; nothing beyond the declared PodSecurity level; no
 * place for a credential; a parser that survives any bytes.
 *
 * Call it in a test file of the scheduler, at the top level. It uses jest's
 * globals and fast-check.
 * @public
 */
export function describeBuildSchedulerContract<TSettings>(
  contract: BuildSchedulerContract<TSettings>,
): void {
  const { scheduler } = contract;
  describe(`the scheduler ${scheduler.type}`, () => {
    it('speaks this version of the contract', () => {
      expect(scheduler.contractVersion).toBe(1);
      expect(scheduler.type).toMatch(/^[a-z][a-z0-9-]{0,40}$/);
    });

    for (const [name, input] of Object.entries(contract.settings)) {
      describe(`with settings: ${name}`, () => {
        const settings = scheduler.settingsSchema.parse(input);
        describePreparedBuild(scheduler, settings, contract.commands);
        describeSchedulerInputs(scheduler, settings);
        it('has warnings that are sentences', () => {
          for (const warning of scheduler.settingsWarnings?.(settings) ?? []) {
            expect(warning).toMatch(/\S+ \S+/);
          }
        });
      });
      it(`refuses an unknown key beside ${name}, naming it`, () => {
        const result = scheduler.settingsSchema.safeParse({
          ...(input as object),
          nonsenseKey: 1,
        });
        expect(result.success).toBe(false);
        expect(String(result.error?.message)).toContain('nonsenseKey');
      });
    }
    describeSchedulerParser(scheduler);
  });
}
