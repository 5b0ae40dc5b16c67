import { z } from 'zod';
import { bytes } from './quantity';

const host = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/,
    'write a host as git.example.com, git.example.com:8443 or *.example.com, in lower case',
  );

const credential = z
  .strictObject({
    host,
    /** Only for repositories whose path begins so. */
    pathPrefix: z.string().optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
    privateKeyFile: z.string().min(1).optional(),
    knownHostsFile: z.string().min(1).optional(),
  })
  .superRefine((given, context) => {
    const https = given.username || given.password || given.passwordFile;
    if (Boolean(https) === Boolean(given.privateKeyFile)) {
      context.addIssue({
        code: 'custom',
        message:
          'give either username and password, for https, or privateKeyFile and knownHostsFile, for ssh',
      });
    }
    if (https && (!given.username || !(given.password || given.passwordFile))) {
      context.addIssue({
        code: 'custom',
        path: ['password'],
        message: 'https needs username and password (or passwordFile)',
      });
    }
    if (given.privateKeyFile && !given.knownHostsFile) {
      context.addIssue({
        code: 'custom',
        path: ['knownHostsFile'],
        message: 'ssh needs the known hosts, or anybody could answer',
      });
    }
  });

/** `buildog.sources`: where source may come from, and with which credentials. */
export const sourcesSchema = z.strictObject({
  /** Hosts that repositories may be on. Without the setting: every public host, and those of `integrations`. */
  allowedHosts: z.array(host).optional(),
  credentials: z.array(credential).default([]),
  caFile: z.string().optional(),
  /** Plain http, for git servers in a trusted network. */
  allowHttp: z.boolean().default(false),
  submodules: z.boolean().default(false),
  /** Whether Git LFS pointers in the context are a failure or wanted as they are. */
  lfs: z.enum(['refuse', 'keepPointers']).default('refuse'),
  /** Of the source, as downloaded and again as written. */
  maxSize: bytes.prefault('2Gi'),
  maxFiles: z.number().int().min(1).max(10_000_000).default(200_000),
});

/** Where source may come from. */
export type SourcesConfig = z.output<typeof sourcesSchema>;
