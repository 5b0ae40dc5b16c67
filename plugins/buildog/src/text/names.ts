import { parseEntityRef } from '@backstage/catalog-model';
import type { Trigger, TriggerKind } from '@buildog/plugin-buildog-common';

/** The last part of an entity ref; other subjects as they are. */
export function shortName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}

/** Seven characters of a commit, as git shortens it. */
export function shortSha(revision: string): string {
  return revision.slice(0, 7);
}

/** `sha256:7b1e05c9…a3e1c04d` */
export function shortDigest(digest: string): string {
  const [algorithm, hex = ''] = digest.split(':');
  return hex.length > 20
    ? `${algorithm}:${hex.slice(0, 8)}…${hex.slice(-8)}`
    : digest;
}

/** Words for the kinds of trigger. */
export const TRIGGER_WORDS: Record<TriggerKind, string> = {
  Manual: 'Started by hand',
  Api: 'Started through the API',
  Retry: 'Retry',
  Rebuild: 'Rebuild',
};

/** `Started by hand`, `Retry of #33` */
export function triggerWords(trigger: Trigger): string {
  const word = TRIGGER_WORDS[trigger.kind];
  return trigger.ofBuild ? `${word} of #${trigger.ofBuild.number}` : word;
}

/** A reference in the parts that may be shortened apart: a host goes first. */
export function splitReference(reference: string): {
  path: string;
  rest: string;
} {
  const slash = reference.lastIndexOf('/');
  return {
    path: reference.slice(0, slash + 1),
    rest: reference.slice(slash + 1),
  };
}
