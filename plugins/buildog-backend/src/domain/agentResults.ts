import { initResultSchema, publishResultSchema } from '@buildog/agent';
import type { InitResult, PublishResult } from '@buildog/agent';
import type { z } from 'zod';

/** Kubernetes cuts termination messages here; ours are shorter. */
const LIMIT = 8192;

/** What `init` says in its termination message; `undefined` when that is no result. */
export function readInitResult(
  message: string | undefined,
): InitResult | undefined {
  return read(message, initResultSchema);
}

/** What `publish` says in its termination message: a claim. */
export function readPublishResult(
  message: string | undefined,
): PublishResult | undefined {
  return read(message, publishResultSchema);
}

function read<T>(
  message: string | undefined,
  schema: z.ZodType<T>,
): T | undefined {
  if (!message || message.length > LIMIT) return undefined;
  try {
    const result = schema.safeParse(JSON.parse(message));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
