import { BuilderError } from '../../errors/BuilderError';
import type { MakeDirectoryOperation } from '../../graph/Operation';
import { canonicalDigest } from '../canonicalDigest';
import { chainOf } from '../chainOf';
import { writeSettings } from '../writeSettings';
import { lookupOwner } from '../copy/lookupOwner';
import { Placement } from '../copy/Placement';
import { append, rememberLayer } from '../rememberLayer';
import type { Operate } from '../Work';

/** Makes a directory with its parents (`WORKDIR`); what is there already stays as it is. */
export const makeDirectory: Operate<MakeDirectoryOperation> = async work => {
  const { operation, inputs, tools } = work;
  const chain = chainOf(inputs[0]);
  const key = canonicalDigest({
    version: 1,
    operation,
    root: chain.map(({ diffId }) => diffId),
    write: writeSettings(tools.settings),
  });
  const made = await rememberLayer(work, key, async () => {
    const tree = await tools.layers.tree(chain);
    // A USER that an image from scratch does not know is no error before a RUN.
    const owner = (await lookupOwner(tree, operation.user, 'root')) ?? {
      uid: 0,
      gid: 0,
    };
    const placement = new Placement(tree, tools.settings.now);
    const path = await placement.resolve(operation.path);
    const existing = await placement.lookup(path);
    if (existing && existing.type !== 'directory') {
      throw new BuilderError(
        'validation',
        `${operation.path} is a ${existing.type} in the image and can not be a working directory`,
      );
    }
    await placement.makeDirectories(path, operation.mode, owner);
    const layer = await tools.layers.write(placement.changes(), {
      ...writeSettings(tools.settings),
      signal: work.signal,
    });
    return { layer };
  });
  return append(inputs[0], made);
};
