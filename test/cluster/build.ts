import { ensureKanikoImage } from './images/kanikoImage.ts';
import { buildImages } from './images/buildImages.ts';
import { buildPrograms } from './programs/buildPrograms.ts';
import {
  clusterPackages,
  ensureDebianPackages,
} from './programs/debianPackages.ts';

/** Makes sure that everything a cluster needs to come up exists. */
export async function ensureNeeded(): Promise<void> {
  await ensurePackages();
  await buildPrograms('up');
  await buildImages();
}

/**
 * Makes sure that all programs and images exist: set-up calls it while other
 * things are installed. Images mostly wait for downloads, programs for the
 * processor: both are made at once.
 *
 * @param programs - when given, only these, also those that nothing else asks for
 */
export async function buildAll(
  programs: readonly string[] = [],
): Promise<void> {
  await ensurePackages();
  if (programs.length > 0) return buildPrograms(programs);
  await buildPrograms(['pause']); // the only program that is in an image
  await Promise.all([buildPrograms('tests'), buildImages()]);
  await ensureKanikoImage();
}

function ensurePackages(): Promise<void> {
  return ensureDebianPackages(
    Object.keys(clusterPackages),
    'programs of the test cluster',
  );
}
