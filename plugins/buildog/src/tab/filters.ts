import type {
  BuildPhase,
  ListBuildsQuery,
  TriggerKind,
} from '@buildog/plugin-buildog-common';
import { TRIGGER_KINDS } from '@buildog/plugin-buildog-common';
import { TRIGGER_WORDS } from '../text/names';

/** What the list is narrowed to; undefined is "All". */
export interface Filters {
  status?: string;
  branch?: string;
  variant?: string;
  trigger?: string;
}

/** Names of the filters in the order they stand. */
export const FILTER_NAMES = ['status', 'branch', 'variant', 'trigger'] as const;

/** Words for the names. */
export const FILTER_WORDS = {
  status: 'Status',
  branch: 'Branch',
  variant: 'Variant',
  trigger: 'Trigger',
} as const;

/** Phases behind each word of the status filter. */
export const STATUS_PHASES: Record<string, BuildPhase[]> = {
  Queued: ['Pending', 'Queued'],
  Running: [
    'Running',
    'Verifying',
    'Scanning',
    'Signing',
    'Tagging',
    'Canceling',
  ],
  Succeeded: ['Succeeded'],
  Failed: ['Failed'],
  Rejected: ['Rejected'],
  Superseded: ['Superseded'],
  Canceled: ['Canceled'],
};

/** The choices of the trigger filter, by their words. */
export const TRIGGER_CHOICES: Record<string, TriggerKind> = Object.fromEntries(
  TRIGGER_KINDS.map(kind => [TRIGGER_WORDS[kind], kind]),
);

/** Reads the filters from a page's address; unknown values are ignored. */
export function readFilters(search: URLSearchParams): Filters {
  const value = (name: string) => search.get(name) || undefined;
  const status = value('status');
  const trigger = value('trigger');
  return {
    status: status && STATUS_PHASES[status] ? status : undefined,
    branch: value('branch'),
    variant: value('variant'),
    trigger: trigger && TRIGGER_CHOICES[trigger] ? trigger : undefined,
  };
}

/** The filters as the API asks for them. */
export function filterQuery(filters: Filters): Partial<ListBuildsQuery> {
  return {
    ...(filters.status && { phase: STATUS_PHASES[filters.status] }),
    ...(filters.branch && { branch: filters.branch }),
    ...(filters.variant && { variant: filters.variant }),
    ...(filters.trigger && { trigger: [TRIGGER_CHOICES[filters.trigger]] }),
  };
}
