/** A date as a driver hands it out: PostgreSQL a Date, SQLite milliseconds. */
export type StoredDate = Date | number | string;

/** Reads an instant that must be there. */
export function toDate(value: StoredDate): Date {
  return value instanceof Date ? value : new Date(value);
}

/** Reads an instant that may be NULL. */
export function toOptionalDate(value: StoredDate | null): Date | undefined {
  return value === null ? undefined : toDate(value);
}

/** Reads a 64-bit integer, which PostgreSQL hands out as text. */
export function toOptionalNumber(
  value: string | number | null,
): number | undefined {
  return value === null ? undefined : Number(value);
}

/** Reads a JSON column that may be NULL. */
export function toOptionalJson<T>(value: string | null): T | undefined {
  return value === null ? undefined : (JSON.parse(value) as T);
}

/** Writes a JSON column that may be NULL. */
export function fromOptionalJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
