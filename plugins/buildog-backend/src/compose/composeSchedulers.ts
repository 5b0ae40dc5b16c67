import type { LoggerService } from '@backstage/backend-plugin-api';
import type { BuildScheduler } from '@buildog/plugin-buildog-node';
import { ConfigError } from '../config';
import type { BuildogConfig } from '../config';
import type { ConfiguredScheduler } from '../controller/ControllerDependencies';

/**
 * The schedulers of `buildog.schedulers`, each with its settings checked by
 * the scheduler itself. Without the section every installed one is there
 * under its type's name, as long as it needs no settings.
 *
 * @throws ConfigError
 */
export function composeSchedulers(
  config: BuildogConfig,
  installed: ReadonlyMap<string, BuildScheduler>,
  logger: LoggerService,
): Map<string, ConfiguredScheduler> {
  const schedulers = new Map<string, ConfiguredScheduler>();
  const problems: string[] = [];
  for (const [name, { type, settings }] of Object.entries(config.schedulers)) {
    const key = `buildog.schedulers.${name}`;
    const scheduler = installed.get(type);
    if (!scheduler) {
      problems.push(
        `${key}.type is "${type}", which is not installed; installed: ${
          [...installed.keys()].join(', ') || 'none'
        }`,
      );
      continue;
    }
    const parsed = scheduler.settingsSchema.safeParse(settings);
    if (parsed.success) {
      schedulers.set(name, { scheduler, settings: parsed.data });
      for (const warning of scheduler.settingsWarnings?.(parsed.data) ?? []) {
        logger.warn(`${key}.settings: ${warning}`);
      }
    } else {
      problems.push(
        ...parsed.error.issues.map(
          issue =>
            `${[key, 'settings', ...issue.path.map(String)].join('.')}: ${
              issue.message
            }`,
        ),
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  if (schedulers.size > 0) return schedulers;
  for (const [type, scheduler] of installed) {
    const parsed = scheduler.settingsSchema.safeParse({});
    if (parsed.success) {
      schedulers.set(type, { scheduler, settings: parsed.data });
    }
  }
  return schedulers;
}
