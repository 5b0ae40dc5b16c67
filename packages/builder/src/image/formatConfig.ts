import type {
  HistoryEntry,
  ImageConfig,
  RuntimeConfig,
} from '../model/ImageConfig';

/**
 * The bytes of an image configuration: the same content gives the same bytes,
 * whatever the order in which the caller set it. Lists keep their order.
 */
export function formatConfig(config: ImageConfig): Buffer {
  const { created, author, architecture, variant, os, rootfs, history } =
    config;
  return Buffer.from(
    JSON.stringify({
      created,
      author,
      architecture,
      variant,
      os,
      'os.version': config['os.version'],
      config: config.config && orderRuntime(config.config),
      rootfs: { type: rootfs.type, diff_ids: rootfs.diff_ids },
      history: history?.map(orderLine),
    }),
  );
}

function orderRuntime(config: RuntimeConfig): RuntimeConfig {
  const { Healthcheck: check } = config;
  return {
    User: config.User,
    ExposedPorts: sorted(config.ExposedPorts),
    Env: config.Env,
    Entrypoint: config.Entrypoint,
    Cmd: config.Cmd,
    Volumes: sorted(config.Volumes),
    WorkingDir: config.WorkingDir,
    Labels: sorted(config.Labels),
    StopSignal: config.StopSignal,
    Healthcheck: check && {
      Test: check.Test,
      Interval: check.Interval,
      Timeout: check.Timeout,
      StartPeriod: check.StartPeriod,
      StartInterval: check.StartInterval,
      Retries: check.Retries,
    },
    Shell: config.Shell,
    OnBuild: config.OnBuild,
    ArgsEscaped: config.ArgsEscaped,
  };
}

function orderLine(line: HistoryEntry): HistoryEntry {
  const { created, created_by, author, comment, empty_layer } = line;
  return { created, created_by, author, comment, empty_layer };
}

function sorted<T>(
  record: Readonly<Record<string, T>> | undefined,
): Record<string, T> | undefined {
  return (
    record &&
    Object.fromEntries(
      Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  );
}
