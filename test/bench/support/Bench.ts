import type { BenchContext } from './BenchContext.ts';

/** Samples of one thing that was measured, in the order they were taken. */
export interface Series {
  /** For people, for example `POST to Job created, SQLite, 2/s`. */
  name: string;
  unit: 'ms' | 's' | 'MB';
  samples: number[];
}

/** A figure that the project wants to stay below. */
export interface Goal {
  /** For example `whole build, Buildog / pod by hand, medians`. */
  name: string;
  value: number;
  /** Exclusive, in the same unit. */
  below: number;
  unit: 'ms' | 'MB' | '×';
}

/** What one bench found. */
export interface Report {
  series: Series[];
  /** Quotients within this run. */
  ratios: { name: string; value: number }[];
  goals: Goal[];
  /** What else a reader must know: what was left over, what was odd. */
  notes: string[];
}

/** A benchmark: measures, and never asserts a time. */
export interface Bench {
  name: string;
  /** One sentence. */
  about: string;
  run(context: BenchContext): Promise<Report>;
}
