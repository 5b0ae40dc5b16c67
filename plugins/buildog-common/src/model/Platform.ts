import { z } from 'zod';
import { ModelError } from './ModelError';

/**
 * An OCI platform. OCI calls the third part `variant`; here it is
 * `cpuVariant`, because a {@link Variant} is something else.
 *
 * @see OCI image index specification, "platform"
 * @public
 */
export interface Platform {
  os: string;
  architecture: string;
  cpuVariant?: string;
}

const PART = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/**
 * Reads `os/arch[/cpuVariant]`, as `docker build --platform` writes it.
 *
 * @throws ModelError `InvalidPlatform`, naming the value.
 * @public
 */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  if (parts.length < 2 || parts.length > 3 || !parts.every(p => PART.test(p))) {
    throw new ModelError(
      'InvalidPlatform',
      `platform ${JSON.stringify(
        text.slice(0, 64),
      )} is not os/arch or os/arch/cpuVariant, for example linux/amd64`,
    );
  }
  const [os, architecture, cpuVariant] = parts;
  return cpuVariant === undefined
    ? { os, architecture }
    : { os, architecture, cpuVariant };
}

/**
 * The inverse of {@link parsePlatform}.
 * @public
 */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, cpuVariant } = platform;
  return cpuVariant
    ? `${os}/${architecture}/${cpuVariant}`
    : `${os}/${architecture}`;
}

/** @public */
export const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  cpuVariant: z.string().optional(),
});
