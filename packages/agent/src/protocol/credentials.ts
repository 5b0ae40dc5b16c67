import { z } from 'zod';
import { hostSchema } from './fields';

/**
 * Shape of the credential file of `init`. Its `host` must be the host (and
 * port, unless it is the scheme's own) of the source's URL, exactly; it is
 * never offered to another one.
 *
 * @public
 */
export const sourceCredentialSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('https'),
    host: hostSchema,
    username: z.string().min(1).max(512),
    password: z.string().min(1).max(65536),
  }),
  z.strictObject({
    type: z.literal('ssh'),
    host: hostSchema,
    /** Private key in OpenSSH or PEM form, without a passphrase. */
    privateKey: z.string().min(1).max(65536),
    /** Lines of an OpenSSH known_hosts file; nothing else is trusted. */
    knownHosts: z.string().min(1).max(65536),
  }),
  z.strictObject({
    type: z.literal('token'),
    host: hostSchema,
    /** Bearer token for the archive's URL. */
    token: z.string().min(1).max(65536),
  }),
]);

/**
 * Credential of `init`.
 *
 * @public
 */
export type SourceCredential = z.infer<typeof sourceCredentialSchema>;
