import type { Attempt, BuildStep } from '@buildog/plugin-buildog-common';
import type { LogDocument } from './LogDocument';

/** A part of a log under one heading: a step, or what came around the steps. */
export interface LogSection {
  id: string;
  /** Number of the step, from 1. */
  step?: number;
  title: string;
  state: 'Running' | 'Done' | 'Cached' | 'Failed' | 'Skipped';
  firstLine: number;
  lineCount: number;
  startedAt?: string;
  finishedAt?: string;
}

type Container = Attempt['containers'][number];

const TITLES: Record<string, string> = {
  init: 'Fetch the source',
  build: 'Build',
  publish: 'Publish the image',
};

function containerState(container: Container | undefined) {
  if (container?.state !== 'Terminated') {
    return 'Running' as const;
  }
  return container.exitCode ? ('Failed' as const) : ('Done' as const);
}

const SHOWN = new Set(['Running', 'Done', 'Cached', 'Failed', 'Skipped']);

/**
 * Cuts a log into sections. Lines before the first step and after the last
 * one have sections of their own; lines between two steps belong to the
 * earlier one, so no line is ever left out.
 */
export function logSections(
  document: LogDocument,
  containers: readonly Container[],
  steps: readonly BuildStep[],
): LogSection[] {
  return document.containers.flatMap(name => {
    const container = containers.find(c => c.name === name);
    const whole: LogSection = {
      id: name,
      title: TITLES[name] ?? name,
      state: containerState(container),
      firstLine: document.firstLine(name),
      lineCount: document.buffer(name)!.lineCount,
      startedAt: container?.startedAt,
      finishedAt: container?.finishedAt,
    };
    const started = steps.filter(step => SHOWN.has(step.state));
    if (name === 'build' && started.length > 0) {
      return stepSections(document, whole, started);
    }
    return whole.lineCount > 0 || container?.state === 'Running' ? [whole] : [];
  });
}

function stepSections(
  document: LogDocument,
  whole: LogSection,
  steps: readonly BuildStep[],
): LogSection[] {
  const buffer = document.buffer('build')!;
  const end = buffer.lineCount;
  // A step without an address printed nothing: it begins where the next does.
  const firsts: number[] = [];
  let next = end;
  for (let i = steps.length - 1; i >= 0; i--) {
    const { startOffset } = steps[i];
    next =
      startOffset === undefined
        ? next
        : Math.min(next, buffer.lineAt(startOffset));
    firsts[i] = next;
  }
  const last = steps[steps.length - 1];
  const tail =
    last.endOffset !== undefined && last.state !== 'Running'
      ? Math.max(buffer.lineAt(last.endOffset), firsts[steps.length - 1])
      : end;
  const section = (
    id: string,
    title: string,
    state: LogSection['state'],
    from: number,
    to: number,
  ): LogSection => ({
    id,
    title,
    state,
    firstLine: whole.firstLine + from,
    lineCount: to - from,
  });
  const stepFailed = steps.some(step => step.state === 'Failed');
  return [
    section('build:before', 'Prepare the build', 'Done', 0, firsts[0]),
    ...steps.map((step, i) => ({
      ...section(
        `step:${step.number}`,
        step.instruction,
        step.state as LogSection['state'],
        firsts[i],
        i + 1 < steps.length ? firsts[i + 1] : tail,
      ),
      step: step.number,
      startedAt: step.startedAt,
      finishedAt: step.finishedAt,
    })),
    section(
      'build:after',
      'Finish the build',
      stepFailed ? 'Done' : whole.state,
      tail,
      end,
    ),
  ].filter(s => s.step !== undefined || s.lineCount > 0);
}
