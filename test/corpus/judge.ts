import { join } from 'node:path';
import { ProgramFailed } from '../cluster/system/run.ts';
import type { CorpusBuilder, PreparedCase } from './builders/CorpusBuilder.ts';
import { compareImages, type Difference } from './compare/compareImages.ts';
import { type Image, readImages } from './compare/readImage.ts';

/** What came of building a case: images, or the text of the refusal. */
export type Outcome = { images: Image[] } | { refusal: string };

/** Builds a case below `folder` and reads what came of it. */
export async function outcomeOf(
  builder: CorpusBuilder,
  prepared: PreparedCase,
  folder: string,
): Promise<Outcome> {
  const layout = join(folder, `${prepared.name}-${builder.name}`);
  try {
    await builder.build(prepared, layout);
  } catch (error) {
    const text = error instanceof ProgramFailed ? error.stderr : String(error);
    return { refusal: text.trim() };
  }
  return { images: await readImages(layout) };
}

/**
 * How a builder's outcome differs from BuildKit's: nothing when both made the
 * same image, or both refused.
 *
 * - `refuses`: BuildKit builds it, this builder does not
 * - `accepts`: the other way round
 * - else what {@link compareImages} found, with the platform in front where
 *   there are several
 */
export function judge(
  expected: { outcome: Outcome; builder: CorpusBuilder },
  actual: { outcome: Outcome; builder: CorpusBuilder },
): Difference[] {
  const [left, right] = [expected.outcome, actual.outcome];
  if ('refusal' in left && 'refusal' in right) return [];
  if ('refusal' in right)
    return [{ what: 'refuses', expected: 'an image', actual: right.refusal }];
  if ('refusal' in left)
    return [{ what: 'accepts', expected: left.refusal, actual: 'an image' }];
  const isBuildTime = (mtime: number) =>
    expected.builder.isBuildTime(mtime) || actual.builder.isBuildTime(mtime);
  const platforms = [left, right].map(({ images }) =>
    images.map(({ platform }) => platform).join(' '),
  );
  if (platforms[0] !== platforms[1])
    return [
      { what: 'platforms', expected: platforms[0], actual: platforms[1] },
    ];
  return left.images.flatMap((image, index) =>
    compareImages(image, right.images[index], { isBuildTime }).map(found => ({
      ...found,
      what:
        left.images.length > 1 ? `${image.platform} ${found.what}` : found.what,
    })),
  );
}
