import type { BuildPlan } from './BuildPlan';

/** A tag by the grammar of the OCI distribution specification. */
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Fields of a tag template; nothing else can be reached from one. */
export const TAG_FIELDS = [
  'date',
  'time',
  'shortSha',
  'sha',
  'branch',
  'number',
] as const;

/** What a template's fields are filled with. */
export interface TagFacts {
  revision: string;
  branch?: string;
  number: number;
  /** When the build was asked for. */
  createdAt: Date;
  /** IANA name. */
  timeZone: string;
}

/** A tag, or what is wrong with its template. */
export type TagResult = { ok: true; tag: string } | { ok: false; why: string };

/**
 * Fills a template such as `v{date}-{shortSha}`; doubled braces do as well.
 * Pure.
 */
export function renderTag(template: string, facts: TagFacts): TagResult {
  let unknown: string | undefined;
  const tag = template.replace(
    /\{\{([^{}]*)\}\}|\{([^{}]*)\}/g,
    (_all, a, b) => {
      const name = (a ?? b).trim();
      const value = field(name, facts);
      if (value === undefined) unknown ??= name;
      return value ?? '';
    },
  );
  if (unknown !== undefined) {
    return {
      ok: false,
      why: `the tag template ${JSON.stringify(
        template.slice(0, 100),
      )} uses ${JSON.stringify(
        unknown.slice(0, 40),
      )}, which is none of ${TAG_FIELDS.join(
        ', ',
      )}, or has no value for this build`,
    };
  }
  if (!TAG.test(tag)) {
    return {
      ok: false,
      why: `the tag template ${JSON.stringify(
        template.slice(0, 100),
      )} gives ${JSON.stringify(
        tag.slice(0, 140),
      )}, which is not a tag: up to 128 letters, digits, "_", "." and "-", not beginning with "." or "-"`,
    };
  }
  return { ok: true, tag };
}

/**
 * The tag that follows a branch: `main`, `feat-login` for `feat/login`.
 * `undefined` when nothing of the name can stand in a tag. Pure.
 */
export function branchTag(branch: string): string | undefined {
  const tag = branch
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128);
  return TAG.test(tag) ? tag : undefined;
}

/** One tag in one destination. */
export interface PlannedTag {
  /** `host/path` */
  repository: string;
  tag: string;
  /** `host/path:tag` */
  reference: string;
}

/** Every tag of a plan in every destination, in the order they are moved. Pure. */
export function plannedTags(
  plan: Pick<BuildPlan, 'destinations' | 'tags'>,
): PlannedTag[] {
  return plan.destinations.flatMap(repository =>
    plan.tags.map(tag => ({
      repository,
      tag,
      reference: `${repository}:${tag}`,
    })),
  );
}

function field(name: string, facts: TagFacts): string | undefined {
  switch (name) {
    case 'date':
      return stamp(facts).slice(0, 8);
    case 'time':
      return stamp(facts).slice(8);
    case 'shortSha':
      return facts.revision.slice(0, 8);
    case 'sha':
      return facts.revision;
    case 'branch':
      return facts.branch && branchTag(facts.branch);
    case 'number':
      return String(facts.number);
    default:
      return undefined;
  }
}

/** `YYYYMMDDHHMMSS` in the zone of tags. */
function stamp({ createdAt, timeZone }: TagFacts): string {
  const parts = formatOf(timeZone).formatToParts(createdAt);
  const part = (type: string) => parts.find(p => p.type === type)?.value ?? '';
  return ['year', 'month', 'day', 'hour', 'minute', 'second']
    .map(part)
    .join('');
}

/** Making one takes as long as everything else here; there are few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}
