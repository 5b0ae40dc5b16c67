import { parsePlatform, formatPlatform } from '@buildog/plugin-buildog-common';
import { SchedulerError } from './SchedulerError';
import type { SchedulerTask } from './BuildScheduler';

/** Longest value of a build argument, label or annotation, in bytes. @public */
export const MAX_VALUE_BYTES = 65_536;
/** Longest all of them together, with their names, in bytes. @public */
export const MAX_TOTAL_BYTES = 262_144;
/** Most build arguments, labels and annotations of a task. @public */
export const MAX_VALUES = 512;

const ARG_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;
const TARGET = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
// eslint-disable-next-line no-control-regex -- control characters are the point
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Build arguments that mean something to builders or to the loader of
 * programs, whatever a Dockerfile declares.
 */
const RESERVED_ARGS =
  /^((HTTPS?|FTP|ALL|NO)_PROXY|(BUILD|TARGET)(PLATFORM|OS|ARCH|VARIANT)|SOURCE_DATE_EPOCH|LD_[A-Z_]+|(FF_)?KANIKO_.*|BUILD(AH|KIT)_.*)$/i;

/**
 * Refuses a task that no builder may be given, whatever policy said before:
 * paths that leave the source, names that builders read in a way of their
 * own, values beyond what the kernel passes as an argument. Every scheduler
 * calls it first in `prepare`.
 *
 * @throws SchedulerError `BuildInputInvalid`, naming field, value and remedy.
 * @public
 */
export function checkSchedulerTask(task: SchedulerTask): void {
  checkPath('dockerfile', task.dockerfile);
  if (task.context !== '.') checkPath('context', task.context);
  if (
    task.target !== undefined &&
    (task.target.length > 128 || !TARGET.test(task.target))
  ) {
    refuse('target', task.target, 'is not the name or number of a stage');
  }
  checkPlatform(task);
  for (const name of Object.keys(task.buildArgs)) checkArgName(name);
  for (const field of ['labels', 'annotations'] as const) {
    for (const key of Object.keys(task[field])) checkKey(field, key);
  }
  checkValues(task);
  const epoch = task.sourceDateEpoch;
  if (epoch !== undefined && !(Number.isSafeInteger(epoch) && epoch >= 0)) {
    refuse('sourceDateEpoch', String(epoch), 'is not whole seconds since 1970');
  }
}

function checkPath(field: string, path: string): void {
  const clean = path
    .split('/')
    .every(part => part !== '' && part !== '.' && part !== '..');
  if (path.length > 1024 || CONTROL.test(path) || !clean) {
    refuse(
      field,
      path,
      'must be a path below the source without `..`, empty parts or control characters',
    );
  }
}

function checkPlatform(task: SchedulerTask): void {
  const text = formatPlatform(task.platform);
  try {
    if (task.platform.cpuVariant !== '') {
      parsePlatform(text);
      return;
    }
  } catch {
    // refused below, in the words of a task
  }
  refuse('platform', text, 'must be os/arch or os/arch/cpuVariant');
}

function checkArgName(name: string): void {
  if (name.length > 256 || !ARG_NAME.test(name)) {
    refuse(
      'buildArgs',
      name,
      'is not a name; use letters, digits and underscores, a digit not first',
    );
  }
  if (RESERVED_ARGS.test(name)) {
    refuse('buildArgs', name, 'is reserved; choose another name');
  }
}

function checkKey(field: string, key: string): void {
  if (key.length > 256 || !KEY.test(key)) {
    refuse(
      field,
      key,
      'is not a key; use letters, digits and `.`, `_`, `-`, `/`',
    );
  }
}

function checkValues(task: SchedulerTask): void {
  let total = 0;
  let count = 0;
  for (const field of ['buildArgs', 'labels', 'annotations'] as const) {
    for (const [name, value] of Object.entries(task[field])) {
      const bytes = Buffer.byteLength(value);
      if (value.includes('\0')) {
        refuse(`${field}.${name}`, '', 'must not contain a NUL character');
      }
      if (bytes > MAX_VALUE_BYTES) {
        refuse(
          `${field}.${name}`,
          '',
          `has ${bytes} bytes; at most ${MAX_VALUE_BYTES} are allowed, put it into a file of the source`,
        );
      }
      total += bytes + Buffer.byteLength(name);
      count += 1;
    }
  }
  if (total > MAX_TOTAL_BYTES || count > MAX_VALUES) {
    refuse(
      'buildArgs, labels and annotations',
      '',
      `are ${count} with ${total} bytes; at most ${MAX_VALUES} with ${MAX_TOTAL_BYTES} bytes are allowed`,
    );
  }
}

/** Values are left out of messages: a build argument may be confidential. */
function refuse(field: string, value: string, why: string): never {
  const shown = value === '' ? '' : ` ${JSON.stringify(value.slice(0, 64))}`;
  throw new SchedulerError({
    code: 'BuildInputInvalid',
    category: 'User',
    message: `${field}${shown} ${why}`,
  });
}
