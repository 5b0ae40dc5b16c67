import fc from 'fast-check';
import type { BuildLogEvent } from '../scheduler/BuildLogParser';
import type { BuildScheduler } from '../scheduler/BuildScheduler';

const CAUSES = [
  undefined,
  'StepFailed',
  'DockerfileInvalid',
  'BaseImageNotFound',
  'BaseImageDenied',
  'RegistryRateLimited',
  'RegistryUnreachable',
];

/** Lines that look like some builder's own, and lines that are anything. */
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.json(),
  fc
    .record({ level: fc.anything(), msg: fc.anything(), time: fc.anything() })
    .map(value => JSON.stringify(value) ?? ''),
  fc
    .tuple(
      fc.constantFrom(
        'error building image: ',
        'Error: ',
        'STEP 1/2: ',
        '#5 [2/3] ',
        'time="x" level=error msg="',
        '--> ',
        '{"level":"info","msg":"',
        '\u001b[31m',
      ),
      fc.string({ maxLength: 100 }),
    )
    .map(parts => parts.join('')),
);

/** The part of the contract about reading logs that users write. */
export function describeSchedulerParser(
  scheduler: Pick<BuildScheduler, 'createLogParser'>,
): void {
  const read = (lines: string[]) => {
    const parser = scheduler.createLogParser();
    return lines.map(text => parser.readLine(text));
  };

  it('reads any lines without throwing, and the same way again', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), lines => {
        const events = read(lines);
        events.forEach(expectWellFormed);
        expect(read(lines)).toEqual(events);
      }),
    );
  });

  it('reads a line of ten megabytes quickly and keeps a piece of it', () => {
    for (const start of [
      '',
      '{"level":"info","msg":"',
      'error building image: ',
      'Error: building at STEP "',
      'STEP 1/1: ',
    ]) {
      const [event] = read([start + 'a"\\'.repeat(3_500_000)]);
      expectWellFormed(event);
      expect(JSON.stringify(event).length).toBeLessThan(1_000_000);
    }
  });

  it('hands ordinary output on as it is', () => {
    for (const text of [
      '',
      'hello',
      '  Error',
      '::buildog {}',
      '<b>',
      'ä\u202e',
    ]) {
      expect(read([text])).toEqual([{ type: 'output', text }]);
    }
  });
}

function expectWellFormed(event: BuildLogEvent): void {
  switch (event.type) {
    case 'step':
      expect(event.instruction).toMatch(/\S/);
      return;
    case 'cached':
      return;
    case 'output':
      expect(typeof event.text).toBe('string');
      return;
    default:
      expect(event.type).toBe('error');
      expect(event.message.length).toBeLessThanOrEqual(2000);
      expect(CAUSES).toContain(event.cause);
  }
}
