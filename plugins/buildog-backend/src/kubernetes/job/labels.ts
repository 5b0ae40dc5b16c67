import type { AttemptRef } from '@buildog/plugin-buildog-node';

/** Labels by which the runner knows what is its own. */
export const LABELS = {
  installation: 'buildog.dev/installation',
  build: 'buildog.dev/build',
  task: 'buildog.dev/task',
  attempt: 'buildog.dev/attempt',
  managedBy: 'app.kubernetes.io/managed-by',
  /** On pods with a sidecar only: a network policy lets these reach API server and ingest. */
  logTransport: 'buildog.dev/log-transport',
} as const;

/** Value of the managed-by label. */
export const MANAGED_BY = 'buildog';

/** Labels that say whose an object is; nobody may override them. */
export function identityLabels(attempt: AttemptRef): Record<string, string> {
  return {
    [LABELS.managedBy]: MANAGED_BY,
    [LABELS.installation]: attempt.installationId,
    [LABELS.build]: attempt.buildId,
    [LABELS.task]: attempt.taskId,
    [LABELS.attempt]: attempt.attemptId,
  };
}

/** Selects everything of one installation. */
export function installationSelector(installationId: string): string {
  return `${LABELS.managedBy}=${MANAGED_BY},${LABELS.installation}=${installationId},${LABELS.attempt}`;
}

/** Reads the identity back; `undefined` for an object that is not ours. */
export function attemptOf(metadata: {
  name?: string;
  labels?: { [key: string]: string };
}): AttemptRef | undefined {
  const labels = metadata.labels ?? {};
  const ref = {
    installationId: labels[LABELS.installation],
    buildId: labels[LABELS.build],
    taskId: labels[LABELS.task],
    attemptId: labels[LABELS.attempt],
    name: metadata.name ?? '',
  };
  return labels[LABELS.managedBy] === MANAGED_BY &&
    ref.installationId &&
    ref.attemptId
    ? ref
    : undefined;
}

/**
 * Makes a label value of any text: entity refs hold `:` and `/`, which labels
 * do not allow. At most 63 of `[A-Za-z0-9._-]`, alphanumeric at the ends.
 */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** Labels for people and for cost, made valid. */
export function descriptiveLabels(
  labels: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, labelValue(value)]),
  );
}
