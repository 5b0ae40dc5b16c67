import type { Build, BuildStep } from '@buildog/plugin-buildog-common';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import type { LogDocument } from '../log/LogDocument';
import { withoutColours } from '../log/sanitize';
import type { LogSection } from '../log/logSections';

/** A line of an excerpt. */
export interface ExcerptLine {
  number: number;
  text: string;
  /** The one it is about. */
  marked: boolean;
}

/** Instructions shown around the one that failed. */
const AROUND = 4;
/** Lines of the log shown below the sentence. */
const LAST_LINES = 10;

const and = (words: string[]) =>
  words.length > 1
    ? `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
    : words[0] ?? '';

/** `default on linux/amd64 and linux/arm64, exit code 137.` */
export function failedWhere(build: Build): string | undefined {
  const failed = build.tasks.filter(task => task.phase === 'Failed');
  const variants = [...new Set(failed.map(task => task.variant))];
  const places = variants.map(
    variant =>
      `${variant} on ${and(
        failed
          .filter(task => task.variant === variant)
          .map(task => formatPlatform(task.platform)),
      )}`,
  );
  const exitCode = build.reason?.exitCode;
  const words = [
    ...places,
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
  ].join(', ');
  return words ? `${words}.` : undefined;
}

/** The instruction that failed among its neighbours, as the steps tell them. */
export function dockerfileExcerpt(
  build: Build,
  steps: readonly BuildStep[],
): ExcerptLine[] {
  const { line, instruction } = build.reason?.location ?? {};
  const failing = line ?? steps.find(step => step.state === 'Failed')?.line;
  if (failing === undefined) {
    return [];
  }
  const lines = steps
    .flatMap(step =>
      step.line === undefined
        ? []
        : [{ number: step.line, text: step.instruction }],
    )
    .concat(instruction ? [{ number: failing, text: instruction }] : [])
    .sort((a, b) => a.number - b.number)
    .filter((entry, i, all) => i === 0 || all[i - 1].number !== entry.number);
  const at = lines.findIndex(entry => entry.number === failing);
  return lines
    .slice(Math.max(0, at - AROUND), at + AROUND + 1)
    .map(entry => ({ ...entry, marked: entry.number === failing }));
}

/** The last lines of the part of the log that failed. */
export function lastLines(
  document: LogDocument,
  sections: readonly LogSection[],
): ExcerptLine[] {
  const failed = sections.find(section => section.state === 'Failed');
  const section = failed ?? sections[sections.length - 1];
  if (!section) {
    return [];
  }
  const end = section.firstLine + section.lineCount;
  const start = Math.max(section.firstLine, end - LAST_LINES);
  return Array.from({ length: end - start }, (_, i) => ({
    number: start + i + 1,
    text: withoutColours(document.line(start + i).text),
    marked: start + i === end - 1,
  }));
}

/** What the failure left of the tags. */
export function tagWords(build: Build): string {
  const moved = build.movedTags.filter(tag => tag.state === 'Moved');
  if (moved.length > 0) {
    return `${moved.length} of ${build.movedTags.length} tags were moved.`;
  }
  return build.phase === 'Rejected'
    ? 'Nothing was built; every tag points where it did before.'
    : 'Nothing was tagged; every tag points where it did before.';
}
