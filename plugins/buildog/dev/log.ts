import type { BuildStep } from '@buildog/plugin-buildog-common';

/** A Dockerfile's instructions with what each printed. */
interface Scene {
  line: number;
  instruction: string;
  state: BuildStep['state'];
  seconds: number;
  lines: string[];
}

const encoder = new TextEncoder();

/** Writes the log of a scene by scene build, with the steps in it. */
export function writeLog(
  scenes: Scene[],
  start: number,
): { text: string; steps: BuildStep[] } {
  let text = '';
  let at = start;
  const put = (line: string) => {
    text += `${new Date(at).toISOString()} ${line}\n`;
  };
  put('\x1b[36mINFO\x1b[0m[0000] Resolved base name node:24-bookworm-slim');
  const steps = scenes.map((scene, index): BuildStep => {
    const startOffset = encoder.encode(text).length;
    const startedAt = new Date(at).toISOString();
    put(`\x1b[36mINFO\x1b[0m[0001] ${scene.instruction}`);
    scene.lines.forEach((line, i) => {
      at += (scene.seconds * 1000) / (scene.lines.length + 1) - (i % 2) * 3;
      put(line);
    });
    at = Date.parse(startedAt) + scene.seconds * 1000;
    return {
      number: index + 1,
      line: scene.line,
      instruction: scene.instruction,
      state: scene.state,
      startedAt,
      finishedAt:
        scene.state === 'Running' ? undefined : new Date(at).toISOString(),
      startOffset,
      endOffset:
        scene.state === 'Running' ? undefined : encoder.encode(text).length,
    };
  });
  return { text, steps };
}

const cached = (line: number, instruction: string): Scene => ({
  line,
  instruction,
  state: 'Cached',
  seconds: 0.1,
  lines: ['Using caching version of cmd: cached layer'],
});
const done = (
  line: number,
  instruction: string,
  seconds: number,
  count = 3,
): Scene => ({
  line,
  instruction,
  state: 'Done',
  seconds,
  lines: Array.from({ length: count }, (_, i) => `unpacking ${i + 1}`),
});

const HEAD: Scene[] = [
  done(1, 'FROM node:24-bookworm-slim AS build', 2.1),
  cached(2, 'WORKDIR /app'),
  cached(3, 'COPY package.json yarn.lock .yarnrc.yml ./'),
  cached(4, 'RUN corepack enable && yarn install --immutable'),
  done(6, 'COPY . .', 0.9),
  done(7, 'RUN yarn tsc --noEmit', 24.1, 40),
];

const TURBO = [
  '> payments-api@8.14.0 build',
  '> turbo run build --filter=payments-api...',
  '\x1b[32m@acme/money:build:\x1b[0m cache miss, executing 1f6ab3d0c7e2',
  '\x1b[32m@acme/ledger-client:build:\x1b[0m cache miss, executing 90d1ce4471ab',
  '\x1b[32m@acme/money:build:\x1b[0m dist/index.js  12.4 kB',
  '\x1b[34mpayments-api:build:\x1b[0m cache miss, executing 77ab02fe91d3',
  '\x1b[34mpayments-api:build:\x1b[0m transforming 10 %\r\x1b[34mpayments-api:build:\x1b[0m 1184 modules transformed',
  '\x1b[34mpayments-api:build:\x1b[0m \x1b[33mWARN src/capture/retry.ts:88 "backoff" is never used\x1b[0m',
  '\x1b[34mpayments-api:build:\x1b[0m see https://example.com/docs/retry, then \x1b]8;;javascript:alert(1)\x07here\x1b]8;;\x07',
  '\x1b[34mpayments-api:build:\x1b[0m rendering chunks (14)',
  '\x1b[34mpayments-api:build:\x1b[0m dist/server.js      1,842.17 kB   gzip 402.33 kB',
  '\x1b[34mpayments-api:build:\x1b[0m dist/worker.js        611.02 kB   gzip 148.90 kB',
];

/** The log of a build that runs. */
export const runningLog = (start: number, filler = 0) =>
  writeLog(
    [
      ...HEAD,
      {
        line: 8,
        instruction: 'RUN yarn build',
        state: 'Running',
        seconds: 63,
        lines: [
          ...Array.from(
            { length: filler },
            (_, i) => `compiled module ${i} of ${filler} in ${i % 97} ms`,
          ),
          ...TURBO,
        ],
      },
    ],
    start,
  );

/** The log of a build that ran out of memory. */
export const failedLog = (start: number) =>
  writeLog(
    [
      ...HEAD,
      done(17, 'FROM build AS bundle', 0.1, 0),
      done(19, 'COPY models/fraud-${MODEL_VERSION}.onnx models/', 4.4),
      {
        line: 21,
        instruction: 'RUN yarn workspace fraud-model bundle --inline',
        state: 'Failed',
        seconds: 41.2,
        lines: [
          '> fraud-model@2.3.0 bundle',
          'reading models/fraud-2026.11.onnx (612 MB)',
          'quantising 148 tensors to int8',
          ' 96 of 148 tensors, resident memory 1.4 GiB',
          '112 of 148 tensors, resident memory 1.6 GiB',
          '128 of 148 tensors, resident memory 1.8 GiB',
          '148 of 148 tensors, resident memory 1.9 GiB',
          'inlining weights as base64',
          '<--- Last few GCs --->',
          'Mark-Compact 1987.2 (2041.0) -> 1986.8 (2041.3) MB',
          'Killed',
        ],
      },
    ],
    start,
  );

/** The log of a build that succeeded. */
export const succeededLog = (start: number) =>
  writeLog([...HEAD, done(8, 'RUN yarn build', 61, 60)], start);
