import { superviseAttempt } from './supervise/superviseAttempt';

/** This very file, which `LocalRunner` starts as a program: FOLDER EVENTS. */
export const SUPERVISOR_PROGRAM = __filename;

if (require.main === module) {
  const [folder, events] = process.argv.slice(2);
  superviseAttempt(folder, events).then(
    () => process.exit(0),
    error => {
      process.stderr.write(`${error?.name}: ${error?.message}\n`);
      process.exit(1);
    },
  );
}
