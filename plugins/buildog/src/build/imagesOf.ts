import type { Build, BuildTask } from '@buildog/plugin-buildog-common';

/** What one variant of a build put into the registry. */
export interface VariantImage {
  variant: string;
  /** The reference to show first: the most exact tag. */
  reference?: string;
  /** Other tags of the same image. */
  also: string[];
  digest?: string;
  tasks: BuildTask[];
}

const tagOf = (reference: string) =>
  reference.slice(reference.lastIndexOf(':') + 1);

/** The images of a build by variant, with the tags that point to them. */
export function imagesOf(build: Build): VariantImage[] {
  const variants = [...new Set(build.tasks.map(task => task.variant))];
  return variants.map(variant => {
    const tasks = build.tasks.filter(task => task.variant === variant);
    const alone = variants.length === 1;
    const digest = alone ? build.digest ?? tasks[0].digest : tasks[0].digest;
    const moved = build.movedTags
      .filter(tag => tag.state === 'Moved')
      .filter(tag => alone || tasks.some(task => task.digest === tag.digest))
      .map(tag => tag.reference);
    const [reference, ...others] = moved;
    return {
      variant,
      reference,
      also: others.map(tagOf),
      digest,
      tasks,
    };
  });
}
