import fc from 'fast-check';
import { reasonSchema } from '@buildog/plugin-buildog-common';
import type {
  BuildScheduler,
  SchedulerTask,
} from '../scheduler/BuildScheduler';
import { SchedulerError } from '../scheduler/SchedulerError';
import { schedulerTask, workspaceLayout } from './schedulerTask';

const MARK = 'plainvalue';

/** What has been used to break out of an argument, and things like it. */
const hostile = fc.oneof(
  fc.constantFrom(
    '--destination=evil.example/x',
    '-v',
    '--',
    '=',
    '',
    ' ',
    '$(HOME)',
    '$$(X)',
    '${HOME}',
    '`id`',
    "'; id; '",
    '"',
    '\\',
    'a,b;c=d',
    'line\nline',
    'line\r\n--flag',
    '\u202e',
    '\u0000',
    '💥',
    'x'.repeat(70_000),
  ),
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** Where a user's value goes into a task, and that a scheduler must leave it as it is. */
const VALUES: Record<string, (value: string) => Partial<SchedulerTask>> = {
  'build argument': value => ({ buildArgs: { VERSION: value } }),
  label: value => ({ labels: { 'a.b/c': value } }),
  annotation: value => ({ annotations: { 'a.b/c': value } }),
};

/** Names that a scheduler may refuse, but never let out of their argument. */
const NAMES: Record<string, (name: string) => Partial<SchedulerTask>> = {
  target: name => ({ target: name }),
  dockerfile: name => ({ dockerfile: name }),
  context: name => ({ context: name }),
  'name of a build argument': name => ({ buildArgs: { [name]: '1' } }),
  'key of a label': name => ({ labels: { [name]: '1' } }),
  'key of an annotation': name => ({ annotations: { [name]: '1' } }),
  os: name => ({ platform: { os: name, architecture: 'amd64' } }),
  architecture: name => ({ platform: { os: 'linux', architecture: name } }),
  cpuVariant: name => ({
    platform: { os: 'linux', architecture: 'arm', cpuVariant: name },
  }),
};

/** The part of the contract about what users wrote. */
export function describeSchedulerInputs<TSettings>(
  scheduler: BuildScheduler<TSettings>,
  settings: TSettings,
): void {
  /** Every string of the prepared build in a fixed order, or the refusal. */
  const words = (overrides: Partial<SchedulerTask>) => {
    try {
      return leaves(
        scheduler.prepare(
          schedulerTask(overrides),
          workspaceLayout(),
          settings,
        ),
      );
    } catch (error) {
      return refusal(error);
    }
  };

  for (const [where, put] of Object.entries({ ...VALUES, ...NAMES })) {
    it(`keeps a ${where} inside its one argument, or refuses it`, () => {
      const plain = words(put(MARK));
      if (plain instanceof SchedulerError) return; // it takes none at all
      fc.assert(
        fc.property(hostile, value => {
          // The root of the source: a scheduler may spell it as it likes.
          fc.pre(value !== '.');
          const result = words(put(value));
          if (result instanceof SchedulerError) return;
          expect(result).toEqual(plain.map(word => swap(word, value)));
          expect(result.join('')).not.toContain('\u0000');
        }),
      );
    });
  }

  for (const [where, put] of Object.entries(VALUES)) {
    it(`takes any reasonable ${where} as it is`, () => {
      if (words(put(MARK)) instanceof SchedulerError) return;
      for (const value of [
        '',
        'a b',
        '$(HOME)',
        'a=b,c;d',
        '"\'`',
        'x\ny',
        '-v',
      ]) {
        const result = words(put(value));
        expect(result).toEqual(
          expect.arrayContaining([expect.stringMatching(ending(`=${value}`))]),
        );
      }
    });
  }

  it.each([
    [
      'dockerfile',
      [
        '/etc/passwd',
        '../x',
        'a/../../x',
        'http://x/y',
        '',
        'a\nb',
        './x',
        'a//b',
      ],
    ],
    ['context', ['/', '..', 'a/..', 'git://x', 's3://b', '']],
    ['target', ['a,b', '--x', 'a b', '"', '']],
  ] as const)('refuses a %s that means something else', (field, values) => {
    for (const value of values) {
      const result = words({ [field]: value });
      expect(result).toBeInstanceOf(SchedulerError);
      expect((result as SchedulerError).reason.message).toContain(field);
    }
  });

  it('refuses names of build arguments that builders or loaders read', () => {
    for (const name of [
      'HTTP_PROXY',
      'no_proxy',
      'TARGETARCH',
      'LD_PRELOAD',
      'A=B',
      '-x',
      '',
      'ä',
    ]) {
      expect(words({ buildArgs: { [name]: 'x' } })).toBeInstanceOf(
        SchedulerError,
      );
    }
  });

  it('refuses NUL and a megabyte without repeating the value', () => {
    for (const value of [
      'confidential\u0000',
      `confidential${'x'.repeat(1_000_000)}`,
    ]) {
      const result = words({ buildArgs: { VERSION: value } });
      expect(result).toBeInstanceOf(SchedulerError);
      expect((result as SchedulerError).message).toContain('VERSION');
      expect((result as SchedulerError).message).not.toContain('confidential');
    }
  });
}

function swap(word: string, value: string): string {
  return word.replace(MARK, () => value);
}

function ending(text: string): RegExp {
  return new RegExp(`${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, child]) => [
    key,
    ...leaves(child),
  ]);
}

function refusal(error: unknown): SchedulerError {
  if (!(error instanceof SchedulerError)) throw error;
  reasonSchema.parse(error.reason);
  expect(error.retryable).toBe(false);
  return error;
}
