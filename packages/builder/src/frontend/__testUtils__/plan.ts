import { createHash } from 'node:crypto';
import { formatPlatform, type Platform } from '@buildog/oci';
import { BuilderError, isBuilderError } from '../../errors/BuilderError';
import { parseDockerfile } from '../../dockerfile/parseDockerfile';
import type { Operation, Vertex } from '../../graph/Operation';
import type { ImageConfig } from '../../model/ImageConfig';
import type { BuildPlan, PlannedImage } from '../BuildPlan';
import type { GraphOptions } from '../GraphOptions';
import type { ImageResolver } from '../ImageResolver';
import { toGraph } from '../toGraph';

export const amd64: Platform = { os: 'linux', architecture: 'amd64' };
export const arm64: Platform = { os: 'linux', architecture: 'arm64' };

const digest = (text: string) =>
  `sha256:${createHash('sha256').update(text).digest('hex')}` as const;

/** Images by name, each with what its configuration differs in from an empty one. */
export type Images = Record<string, Partial<ImageConfig>>;

/** A resolver that knows some images, for every platform, and writes down what it is asked. */
export class KnownImages implements ImageResolver {
  readonly asked: string[] = [];
  readonly #images: Images;

  constructor(images: Images) {
    this.#images = images;
  }

  async resolveImage(reference: string, platform: Platform) {
    this.asked.push(`${reference} ${formatPlatform(platform)}`);
    if (!Object.hasOwn(this.#images, reference)) {
      throw new BuilderError('registry', `${reference} is not there`);
    }
    const [repository] = reference.replace(/@.*/, '').split(/:(?!.*\/)/);
    return {
      reference: `${repository}@${digest(
        reference + formatPlatform(platform),
      )}`,
      config: {
        ...platform,
        rootfs: { type: 'layers' as const, diff_ids: [digest(reference)] },
        ...this.#images[reference],
      },
    };
  }
}

/** The base of most tests. */
export const alpine = 'docker.io/library/alpine:latest';

export interface PlanTextOptions extends Partial<GraphOptions> {
  readonly images?: Images;
  readonly resolver?: KnownImages;
}

export async function planText(
  text: string,
  options: PlanTextOptions = {},
): Promise<BuildPlan> {
  const { images, resolver, ...rest } = options;
  return toGraph(
    parseDockerfile(text, { file: 'Dockerfile' }),
    { buildPlatform: amd64, ...rest },
    resolver ?? new KnownImages({ [alpine]: {}, ...images }),
  );
}

/** The only image of a plan. */
export async function planOne(
  text: string,
  options: PlanTextOptions = {},
): Promise<PlannedImage> {
  const { images } = await planText(text, options);
  expect(images).toHaveLength(1);
  return images[0];
}

/** The lines that the Dockerfile added to the history. */
export function created(image: PlannedImage): (string | undefined)[] {
  return image.history
    .filter(({ inherited }) => !inherited)
    .map(({ entry }) => entry.created_by);
}

/** From the filesystem up to the image: first inputs, oldest first. */
export function chain(root: Vertex): Vertex[] {
  const [below] = root.inputs;
  return below ? [...chain(below), root] : [root];
}

type OperationOf<Kind extends Operation['kind']> = Extract<
  Operation,
  { kind: Kind }
>;

/** The operation of a vertex, of the kind that is expected. */
export function operationOf<Kind extends Operation['kind']>(
  vertex: Vertex | undefined,
  kind: Kind,
): OperationOf<Kind> {
  expect(vertex?.operation.kind).toBe(kind);
  return vertex?.operation as OperationOf<Kind>;
}

/** The error that planning ends in. */
export async function planError(
  text: string,
  options: PlanTextOptions = {},
): Promise<BuilderError> {
  try {
    await planText(text, options);
  } catch (error) {
    if (isBuilderError(error)) return error;
    throw error;
  }
  throw new Error('was planned');
}
