import { join } from 'node:path';

/**
 * Where things lie in the cache folder. Everything can be deleted while no build
 * runs.
 *
 * | folder | what |
 * |---|---|
 * | `layers/` | layers, see `StoreFolders` |
 * | `records/XX/…` | key to layer |
 * | `mounts/ID/N` | folders of `RUN --mount=type=cache` |
 * | `manifests/` | manifests and configurations of base images, by digest |
 * | `http/`, `git/` | what `ADD` fetched |
 * | `files/` | digests of context files, by folder |
 * | `running/` | builds that run |
 * | `scratch/` | what belongs to one build only |
 *
 * @public
 */
export class CacheFolders {
  readonly layers: string;
  readonly records: string;
  readonly mounts: string;
  readonly manifests: string;
  readonly http: string;
  readonly git: string;
  readonly files: string;
  readonly running: string;
  readonly scratch: string;

  constructor(readonly root: string) {
    this.layers = join(root, 'layers');
    this.records = join(root, 'records');
    this.mounts = join(root, 'mounts');
    this.manifests = join(root, 'manifests');
    this.http = join(root, 'http');
    this.git = join(root, 'git');
    this.files = join(root, 'files');
    this.running = join(root, 'running');
    this.scratch = join(root, 'scratch');
  }
}
