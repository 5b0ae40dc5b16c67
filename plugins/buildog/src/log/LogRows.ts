import type { LogSection } from './logSections';

/** A row of the viewer: the heading of a section, or one of its lines. */
export interface LogRow {
  section: LogSection;
  /** Absent for the heading. */
  line?: number;
}

/**
 * The rows that the open sections make, without a list of them: 200,000
 * lines cost as much as one.
 */
export class LogRows {
  readonly count: number;
  /** Row of each section's heading. */
  private readonly heads: number[] = [];

  constructor(
    readonly sections: readonly LogSection[],
    private readonly isOpen: (section: LogSection) => boolean,
  ) {
    let count = 0;
    for (const section of sections) {
      this.heads.push(count);
      count += 1 + (isOpen(section) ? section.lineCount : 0);
    }
    this.count = count;
  }

  private sectionIndexAt(row: number): number {
    let low = 0;
    let high = this.heads.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.heads[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  at(row: number): LogRow {
    const index = this.sectionIndexAt(row);
    const section = this.sections[index];
    const inside = row - this.heads[index];
    return inside === 0
      ? { section }
      : { section, line: section.firstLine + inside - 1 };
  }

  isHead(row: number): boolean {
    return this.heads[this.sectionIndexAt(row)] === row;
  }

  /** A key that stays with the row when others come or go. */
  keyAt(row: number): number {
    const index = this.sectionIndexAt(row);
    const inside = row - this.heads[index];
    return inside === 0
      ? -1 - index
      : this.sections[index].firstLine + inside - 1;
  }

  sectionOfLine(line: number): LogSection | undefined {
    return this.sections.find(
      s => line >= s.firstLine && line < s.firstLine + s.lineCount,
    );
  }

  /** The row of a line; its section's heading while that is closed. */
  rowOfLine(line: number): number | undefined {
    const index = this.sections.findIndex(
      s => line >= s.firstLine && line < s.firstLine + s.lineCount,
    );
    if (index < 0) {
      return undefined;
    }
    const section = this.sections[index];
    return this.isOpen(section)
      ? this.heads[index] + 1 + line - section.firstLine
      : this.heads[index];
  }
}
