import type { Digest } from '../digest/Digest';
import type { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import { Exchange, parameter, sendJson, wrongMethod } from './Exchange';
import { RegistryFault } from './RegistryFault';

/** Most names on a page, and what is sent where no number is asked for. */
const PAGE_NAMES = 1000;
/** Where a page of referrers ends; clients read at most 4 MiB. */
const PAGE_BYTES = 1024 * 1024;

/** `GET /v2/<name>/tags/list`, with `n` and `last`. */
export async function serveTags(
  exchange: Exchange,
  repository: string,
): Promise<void> {
  if (!isRead(exchange)) throw wrongMethod('GET, HEAD');
  const { store, response } = exchange;
  if (!(await store.has(repository))) {
    throw new RegistryFault(404, 'NAME_UNKNOWN', 'there is no such repository');
  }
  const tags = await store.manifests.tags(repository);
  const page = namePage(exchange, tags, `/v2/${repository}/tags/list`);
  sendJson(response, { name: repository, tags: page.names }, page.headers);
}

/** `GET /v2/_catalog`, with `n` and `last`. */
export async function serveCatalog(exchange: Exchange): Promise<void> {
  if (!isRead(exchange)) throw wrongMethod('GET, HEAD');
  const { store, response } = exchange;
  const page = namePage(exchange, await store.repositories(), '/v2/_catalog');
  sendJson(response, { repositories: page.names }, page.headers);
}

/** `GET /v2/<name>/referrers/<digest>`, with `artifactType`. */
export async function serveReferrers(
  exchange: Exchange,
  repository: string,
  subject: Digest,
): Promise<void> {
  if (!isRead(exchange)) throw wrongMethod('GET, HEAD');
  const { store, response } = exchange;
  const artifactType = parameter(exchange, 'artifactType');
  const last = parameter(exchange, 'last') ?? '';
  const all = await store.manifests.referrers(repository, subject);
  const wanted = all.filter(
    each =>
      each.digest > last &&
      (artifactType === undefined || each.artifactType === artifactType),
  );
  const page = firstBytes(wanted);
  const query = new URLSearchParams({
    ...(artifactType !== undefined && { artifactType }),
    last: page.at(-1)?.digest ?? '',
  });
  const next = `/v2/${repository}/referrers/${subject}?${query}`;
  sendJson(
    response,
    {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: page,
    },
    {
      'content-type': mediaTypes.ociIndex,
      ...(artifactType !== undefined && {
        'oci-filters-applied': 'artifactType',
      }),
      ...(page.length < wanted.length && { link: `<${next}>; rel="next"` }),
    },
  );
}

function namePage(
  exchange: Exchange,
  names: readonly string[],
  path: string,
): { names: string[]; headers: Record<string, string> } {
  const asked = parameter(exchange, 'n');
  if (asked !== undefined && !/^\d{1,9}$/.test(asked)) {
    throw new RegistryFault(400, 'UNSUPPORTED', 'n is no number');
  }
  const n = Math.min(Number(asked ?? PAGE_NAMES), PAGE_NAMES);
  const last = parameter(exchange, 'last') ?? '';
  const rest = names.filter(name => name > last);
  const page = rest.slice(0, n);
  if (n === 0 || page.length === rest.length)
    return { names: page, headers: {} };
  const query = new URLSearchParams({ n: `${n}`, last: page[page.length - 1] });
  return { names: page, headers: { link: `<${path}?${query}>; rel="next"` } };
}

/** As many as a page holds, one at least. */
function firstBytes(descriptors: readonly Descriptor[]): Descriptor[] {
  let bytes = 0;
  const end = descriptors.findIndex((descriptor, i) => {
    bytes += JSON.stringify(descriptor).length;
    return bytes > PAGE_BYTES && i > 0;
  });
  return end < 0 ? [...descriptors] : descriptors.slice(0, end);
}

function isRead({ method }: Exchange): boolean {
  return method === 'GET' || method === 'HEAD';
}
