import type { AuditorService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { Request } from 'express';

/**
 * Runs what changes something and records who asked for it, with the outcome,
 * whatever it is.
 */
export async function audited<T>(
  auditor: AuditorService,
  event: {
    eventId: string;
    request: Request;
    severityLevel?: 'low' | 'medium' | 'high';
    meta?: JsonObject;
  },
  work: () => Promise<{ result: T; meta?: JsonObject }>,
): Promise<T> {
  const entry = await auditor.createEvent({
    severityLevel: 'medium',
    ...event,
  });
  try {
    const { result, meta } = await work();
    await entry.success({ meta });
    return result;
  } catch (error) {
    await entry.fail({
      error: error instanceof Error ? error : new Error(String(error)),
    });
    throw error;
  }
}
