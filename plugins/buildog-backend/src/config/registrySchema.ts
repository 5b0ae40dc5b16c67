import { z } from 'zod';

/** `host` or `host:port`, as the first part of an image reference. */
export const registryHost = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\[[0-9a-f:]+\])(:\d{1,5})?$/,
    'write a registry as host or host:port, in lower case and without https://',
  );

/** One entry of `buildog.registries`. */
export const registrySchema = z
  .strictObject({
    host: registryHost,
    /** Plain http. Only for registries in a trusted network. */
    insecure: z.boolean().default(false),
    caFile: z.string().optional(),
    /** Where reads are tried first: `host[:port]` or `host[:port]/prefix`. */
    mirrors: z
      .array(
        z
          .string()
          .regex(
            /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._/-]+)?$/,
            'write a mirror as host or host/path, without https://',
          ),
      )
      .default([]),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
    dockerConfigFile: z.string().min(1).optional(),
  })
  .superRefine((registry, context) => {
    const { username, password, passwordFile, dockerConfigFile } = registry;
    const secrets = [password, passwordFile].filter(Boolean).length;
    if (username && secrets !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['password'],
        message: 'a username needs either password or passwordFile',
      });
    }
    if (!username && secrets > 0) {
      context.addIssue({
        code: 'custom',
        path: ['username'],
        message: 'a password needs its username',
      });
    }
    if (username && dockerConfigFile) {
      context.addIssue({
        code: 'custom',
        path: ['dockerConfigFile'],
        message:
          'give a username with its password or a docker config, not both',
      });
    }
  });

/** A registry as the administrators configured it. */
export type RegistryConfig = z.output<typeof registrySchema>;
