// npm start: sets up whatever is missing and runs the demo (see test/run/start.ts).
import { bootstrap } from './setup/bootstrap.mjs';
import { handOver } from './setup/handOver.mjs';
import { exitAfter } from './setup/SetupError.mjs';

await exitAfter(async () => {
  const tools = await bootstrap();
  await handOver(tools, 'scripts/start/main.ts', process.argv.slice(2));
});
