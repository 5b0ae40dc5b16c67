import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLLER_FLAGS, SETTING_OF_FLAG, knownFlags } from './kanikoFlags';

const read = (name: string) =>
  readFileSync(join(__dirname, '__fixtures__', name), 'utf8');

/** Old spellings and what is hidden from --help; never used here. */
const LEFT_OUT = [
  'customPlatform',
  'force-build-metadata',
  'skip-unused-stages',
  'snapshotMode',
  'tarPath',
  'whitelist-var-run',
];

describe('knownFlags', () => {
  it('are those of the maintained executor, as its --help prints them', () => {
    const printed = [...read('help-v1.28.3.txt').matchAll(/--([a-zA-Z-]+)/g)]
      .map(match => match[1])
      .filter((flag, index, all) => all.indexOf(flag) === index)
      .filter(flag => !LEFT_OUT.includes(flag));
    const known = [...knownFlags('osscontainertools')]
      .filter(flag => flag !== 'bucket') // hidden there
      .filter(flag => !LEFT_OUT.includes(flag));
    expect(known.sort()).toEqual(printed.sort());
  });

  it('are those of the archived executor, as its source has them', () => {
    const declared = read('flags-v1.24.0.txt')
      .trim()
      .split('\n')
      .filter(flag => !LEFT_OUT.includes(flag));
    const known = [...knownFlags('official')]
      .filter(flag => flag !== 'help') // every program has it
      .filter(flag => !LEFT_OUT.includes(flag));
    expect(known.sort()).toEqual(declared.sort());
  });

  it('belong to the controller or to a setting, not to both', () => {
    for (const flag of Object.keys(SETTING_OF_FLAG)) {
      expect(CONTROLLER_FLAGS.has(flag)).toBe(false);
    }
  });
});
