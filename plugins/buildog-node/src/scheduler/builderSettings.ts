import { z } from 'zod';

const REGISTRY_HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/;
const MIRROR =
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;
const IMAGE =
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/;
const PINNED = /@sha256:[0-9a-f]{64}$/;

/**
 * A text setting of a known form; the error holds the value and the form.
 * @public
 */
export function settingOf(pattern: RegExp, form: string): z.ZodString {
  return z.string().regex(pattern, {
    error: issue => `${shown(issue.input)} is not ${form}`,
  });
}

/** `host` or `host:port` of a registry. @public */
export const registryHostSetting = settingOf(
  REGISTRY_HOST,
  'a registry such as registry.example.com or registry.example.com:5000',
);

/** A registry, or a path in one, that stands in for another. @public */
export const mirrorSetting = settingOf(
  MIRROR,
  'a registry or a path in one, such as mirror.example.com/docker-hub',
);

/** Reference of a builder's image. @public */
export const builderImageSetting = settingOf(
  IMAGE,
  'an image reference such as registry.example.com/builders/kaniko@sha256:…',
);

const PROXY_URL =
  /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?\/?$/;

const proxyUrlSetting = settingOf(
  PROXY_URL,
  'http(s)://host:port; a user name or password has no place here, because every RUN step would see it',
);

/**
 * Proxies of a builder and of the RUN steps it runs.
 * @public
 */
export const proxySetting = z.strictObject({
  http: proxyUrlSetting.optional(),
  https: proxyUrlSetting.optional(),
  /** Hosts and domains that are reached directly. */
  noProxy: z
    .array(
      settingOf(/^[A-Za-z0-9.:/*-]{1,255}$/, 'a host, domain or CIDR range'),
    )
    .default([]),
});

/** Proxies, defaults filled in. @public */
export type ProxySetting = z.infer<typeof proxySetting>;

/**
 * Capabilities that PodSecurity *baseline* lets a container add.
 * @public
 */
export const BASELINE_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/**
 * Keys that settings of a builder share: its image, and how it reaches
 * registries. For `z.strictObject({ ...builderSettingsShape, … })`.
 * @public
 */
export const builderSettingsShape = {
  image: builderImageSetting,
  /** Registries spoken to by plain http. */
  insecureRegistries: z.array(registryHostSetting).default([]),
  /** Registries whose certificate is not verified. */
  skipTlsVerifyRegistries: z.array(registryHostSetting).default([]),
  /** Stand-ins for `docker.io`, tried in order. */
  registryMirrors: z.array(mirrorSetting).default([]),
  /** Stand-ins for any registry, tried in order. */
  registryMap: z
    .record(registryHostSetting, z.array(mirrorSetting).min(1))
    .default({}),
  /** Never ask a registry that has a stand-in. */
  mirrorsOnly: z.boolean().default(false),
  /** PEM certificates of the authorities a registry's certificate may come from. */
  registryCertificates: z
    .record(
      registryHostSetting,
      z
        .string()
        .max(65_536)
        .regex(/^\s*-----BEGIN CERTIFICATE-----/, {
          error: 'is not a PEM file that begins with -----BEGIN CERTIFICATE',
        }),
    )
    .default({}),
  proxy: proxySetting.prefault({}),
  /** Capabilities of the build container besides those it needs anyway. */
  extraCapabilities: z.array(z.enum(BASELINE_CAPABILITIES)).default([]),
};

/** The keys alone; other keys pass. @public */
export const builderSettingsSchema = z.object(builderSettingsShape);

/** Values of the keys that builders share, defaults filled in. @public */
export type BuilderSettings = z.infer<typeof builderSettingsSchema>;

/**
 * What is risky about the shared settings, for
 * `BuildScheduler.settingsWarnings`.
 * @public
 */
export function builderSettingsWarnings(settings: BuilderSettings): string[] {
  const warnings: string[] = [];
  if (!PINNED.test(settings.image)) {
    warnings.push(
      `image ${settings.image} is not pinned: whoever can move its tag runs code in every build; append @sha256:…`,
    );
  }
  const unverified = [
    ...settings.insecureRegistries,
    ...settings.skipTlsVerifyRegistries,
  ];
  if (unverified.length > 0) {
    warnings.push(
      `base images from ${unverified.join(', ')} can be replaced on the way: ` +
        `insecureRegistries and skipTlsVerifyRegistries are for tests; use registryCertificates`,
    );
  }
  return warnings;
}

/**
 * Environment variables that say `proxy` in both spellings; empty without
 * one. They are for the builder and, as predefined build arguments, for RUN.
 * @public
 */
export function proxyEnvironment(proxy: ProxySetting): Record<string, string> {
  const result: Record<string, string> = {};
  const add = (name: string, value: string | undefined) => {
    if (!value) return;
    result[name] = value;
    result[name.toLowerCase()] = value;
  };
  add('HTTP_PROXY', proxy.http);
  add('HTTPS_PROXY', proxy.https);
  if (proxy.http || proxy.https) add('NO_PROXY', proxy.noProxy.join(','));
  return result;
}

function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 200));
}
