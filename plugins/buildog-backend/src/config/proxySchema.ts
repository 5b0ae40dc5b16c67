import { z } from 'zod';

const proxyUrl = z
  .string()
  .regex(
    /^https?:\/\/[^/@\s]+\/?$/,
    'write http(s)://host:port; a user name or password has no place here',
  );

/** `buildog.proxy`: how servers outside are reached. */
export const proxySchema = z.strictObject({
  http: proxyUrl.optional(),
  https: proxyUrl.optional(),
  /** Hosts, or domains with a leading dot, that are reached directly. */
  noProxy: z.array(z.string().min(1).max(255)).max(256).default([]),
});

/** How servers outside are reached. */
export type ProxyConfig = z.output<typeof proxySchema>;
