import { z } from 'zod';
import {
  builderImageSetting,
  builderSettingsShape,
  settingOf,
} from '@buildog/plugin-buildog-node';

/**
 * `buildog.schedulers.NAME.settings` of a scheduler of type `ossb`. Set by
 * administrators only; see the package's README for each key.
 * @public
 */
export const ossbSettingsSchema = z.strictObject({
  insecureRegistries: builderSettingsShape.insecureRegistries,
  registryMirrors: builderSettingsShape.registryMirrors,
  registryMap: builderSettingsShape.registryMap,
  registryCertificates: builderSettingsShape.registryCertificates,
  proxy: builderSettingsShape.proxy,
  extraCapabilities: builderSettingsShape.extraCapabilities,
  /** Image of the builder on clusters. A runner of this machine needs none. */
  image: builderImageSetting.optional(),
  /**
   * How `RUN` steps are kept apart in a pod. `chroot` works under the runtime's
   * default seccomp profile. `namespaces` is quicker and hides more, and needs
   * a node that lets a container make user namespaces.
   */
  isolation: z.enum(['chroot', 'namespaces']).default('chroot'),
  /**
   * Seccomp profile on the nodes for `namespaces`, relative to the kubelet's
   * seccomp folder. Without it the profile is unset.
   */
  seccompLocalhostProfile: settingOf(
    /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*$/,
    'a path below the seccomp folder of the kubelet, such as profiles/buildog.json',
  ).optional(),
  /**
   * What `RUN` steps of this machine reach: nothing, public addresses through
   * a forward proxy, or the machine's network. In a pod the
   * NetworkPolicy decides.
   */
  network: z.enum(['none', 'proxy', 'host']).default('proxy'),
  /** Hosts and CIDR ranges that the forward proxy lets through although they are not public. */
  allowedAddresses: z
    .array(
      settingOf(
        /^[A-Za-z0-9.:*/-]{1,255}$/,
        'a host, an address or a CIDR range',
      ),
    )
    .default([]),
  compression: z.enum(['gzip', 'zstd']).default('gzip'),
});

/**
 * Settings of a scheduler of type `ossb`, defaults filled in.
 * @public
 */
export type OssbSettings = z.infer<typeof ossbSettingsSchema>;
