import { readFileSync } from 'node:fs';

/** A real registry to test against, as `cluster.json` describes it. */
export interface ClusterRegistry {
  /** `plain`, `tls` or `token`. */
  readonly name: string;
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** May push everywhere. */
  readonly username: string;
  readonly password: string;
  readonly caFile?: string;
  /** Of the token registry: names of repositories, or prefixes ending in `*`. */
  readonly users?: Record<
    string,
    { readonly password: string; readonly push: readonly string[] }
  >;
}

/** The registries to test against; `absent` says why there are none. */
export interface ClusterRegistries {
  readonly registries: readonly ClusterRegistry[];
  readonly absent?: string;
}

/**
 * Reads the file that `BUILDOG_TEST_CLUSTER` names. Without the variable there
 * are no registries to test against; where `BUILDOG_REQUIRE_CLUSTER=1` says that
 * there must be, that is an error.
 */
export function clusterRegistries(
  env: NodeJS.ProcessEnv = process.env,
): ClusterRegistries {
  const file = env.BUILDOG_TEST_CLUSTER;
  if (!file) {
    const absent =
      'BUILDOG_TEST_CLUSTER is not set: start the test cluster (yarn cluster up) and give the path of its cluster.json';
    if (env.BUILDOG_REQUIRE_CLUSTER === '1') throw new Error(absent);
    process.stdout.write(
      `packages/oci: skipped what needs real registries; ${absent}\n`,
    );
    return { registries: [], absent };
  }
  const state = JSON.parse(readFileSync(file, 'utf8')) as {
    registries: Record<string, Omit<ClusterRegistry, 'name'>>;
  };
  return {
    registries: Object.entries(state.registries).map(([name, registry]) => ({
      ...registry,
      name,
    })),
  };
}
