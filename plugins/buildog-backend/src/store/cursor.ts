import { z } from 'zod';
import { StoreError } from './StoreError';

/** Where a page of builds ended. */
export interface BuildCursor {
  createdAt: Date;
  id: string;
}

const cursorSchema = z.tuple([z.number().int().nonnegative(), z.uuid()]);

/** An opaque text for clients. */
export function encodeCursor({ createdAt, id }: BuildCursor): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString(
    'base64url',
  );
}

/** @throws StoreError `InvalidCursor`. */
export function decodeCursor(cursor: string): BuildCursor {
  try {
    const [time, id] = cursorSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    return { createdAt: new Date(time), id };
  } catch (cause) {
    throw new StoreError(
      'InvalidCursor',
      'cursor is not one that this list has given. Begin without a cursor.',
      { field: 'cursor', cause },
    );
  }
}
