import type { KnownDifference } from './KnownDifference.ts';

/** What our own builder makes otherwise than BuildKit. */
export const buildogDifferences: readonly KnownDifference[] = [
  {
    reason:
      'BuildKit leaves the mount points of a RUN in an image that has none; ours belong to the step and go with it.',
    cases: {
      '076-onbuild-trigger': ['/dev', '/proc', '/sys'],
      '103-whiteouts': ['/dev', '/proc', '/sys'],
      '108-rich-touch': ['/dev', '/proc', '/sys'],
    },
  },
  {
    reason:
      'A RUN that links a file of the base makes two names of one file. BuildKit sees no change in the old name and writes the new one as a copy.',
    cases: { '108-rich-touch': ['/etc/linked links', '/etc/shadowed links'] },
  },
  {
    reason:
      'A RUN that sets an attribute of the user means it to be in the image. BuildKit keeps capabilities only.',
    cases: { '111-run-capabilities': ['/tool xattrs'] },
  },
  {
    reason:
      'BuildKit writes several sources to one file, one over the other, and keeps the last: a slash was forgotten, and we say so.',
    cases: { '032-copy-many-to-file': ['refuses'] },
  },
  {
    reason:
      'BuildKit gives files to root when it does not know the owner that --chown names: a misspelt name would go unnoticed.',
    cases: { '034-copy-chown-unknown': ['refuses'] },
  },
  {
    reason:
      'The reference leaves out what --exclude names, whatever pattern chose it; BuildKit copies a file that a pattern of COPY names.',
    cases: { '039-copy-exclude': ['/d/f.txt'] },
  },
  {
    reason: 'The number of a stage is a target too, as COPY --from has it.',
    cases: { '009-target-by-number': ['accepts'] },
  },
  {
    reason: 'The same folder, written without the steps that lead nowhere.',
    cases: { '078-workdir': ['config WorkingDir'] },
  },
  {
    reason:
      'RUN reaches the network through our proxy, so HTTP_PROXY is set there; nothing of it is in the image unless the step writes it down.',
    cases: { '089-arg-proxy-predefined': ['/n sha256'] },
  },
];
