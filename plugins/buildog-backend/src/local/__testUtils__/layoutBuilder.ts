import type { BuildScheduler } from '@buildog/plugin-buildog-node';
import { z } from 'zod';

/**
 * Makes an image of the source with nothing but Node and tar: one layer, a
 * config with the labels, a manifest, an index. Its arguments are the source,
 * the layout and the labels. A source with a file `fail` fails, one with a file
 * `wait` never ends.
 */
const SCRIPT = `
const { createHash } = require('node:crypto');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const [source, layout, labels] = process.argv.slice(1);
console.log('STEP 1: FROM scratch');
if (fs.existsSync(source + '/fail')) {
  console.error('error: no');
  process.exit(1);
}
if (fs.existsSync(source + '/wait')) {
  console.log('waiting');
  setInterval(() => {}, 1000);
  return;
}
fs.mkdirSync(layout + '/blobs/sha256', { recursive: true });
const put = (mediaType, content) => {
  const bytes = Buffer.from(content);
  const hex = createHash('sha256').update(bytes).digest('hex');
  fs.writeFileSync(layout + '/blobs/sha256/' + hex, bytes);
  return { mediaType, digest: 'sha256:' + hex, size: bytes.length };
};
const oci = kind => 'application/vnd.oci.image.' + kind;
console.log('STEP 2: COPY . /');
const layer = put(
  oci('layer.v1.tar'),
  execFileSync('tar', ['-C', source, '--sort=name', '-cf', '-', '.']),
);
const config = put(oci('config.v1+json'), JSON.stringify({
  os: 'linux',
  architecture: 'amd64',
  config: { Labels: JSON.parse(labels) },
  rootfs: { type: 'layers', diff_ids: [layer.digest] },
}));
const manifest = put(oci('manifest.v1+json'), JSON.stringify({
  schemaVersion: 2,
  mediaType: oci('manifest.v1+json'),
  config,
  layers: [layer],
}));
fs.writeFileSync(layout + '/oci-layout', '{"imageLayoutVersion":"1.0.0"}');
fs.writeFileSync(
  layout + '/index.json',
  JSON.stringify({ schemaVersion: 2, manifests: [manifest] }),
);
console.log('made ' + manifest.digest);
`;

/** The smallest scheduler with a local form. */
export const layoutBuilder: BuildScheduler = {
  type: 'layout',
  contractVersion: 1,
  settingsSchema: z.unknown(),
  prepare: (task, workspace) => {
    const path = `${workspace.outputDir}/image`;
    return {
      containers: [],
      output: { type: 'OciLayout', path },
      needs: { podSecurity: 'baseline', userNamespaces: 'supported' },
      local: {
        command: process.execPath,
        args: [
          ...['-e', SCRIPT, workspace.sourceDir, path],
          JSON.stringify(task.labels),
        ],
        env: {},
      },
    };
  },
  createLogParser: () => ({
    readLine(line) {
      const step = /^STEP \d+: (.*)$/.exec(line);
      if (step) return { type: 'step', instruction: step[1] };
      const error = /^error: (.*)$/.exec(line);
      return error
        ? { type: 'error', message: error[1], cause: 'StepFailed' }
        : { type: 'output', text: line };
    },
  }),
};
