import { OciError } from '../errors/OciError';
import { CallOptions } from './callOptions';
import { EndpointRequest, RegistryEndpoint } from './RegistryEndpoint';
import { RegistryResponse } from '../transport/RegistryResponse';

/** A registry that pages without end is stopped here. */
const MAX_PAGES = 10_000;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** One page of a list: its parsed JSON and the answer's headers. */
export interface Page {
  readonly json: unknown;
  readonly response: RegistryResponse;
}

/** Reads a paged list, following `Link: <…>; rel="next"` on the same origin. */
export async function* readPages(
  endpoint: RegistryEndpoint,
  first: Pick<
    EndpointRequest,
    'target' | 'repository' | 'action' | 'headers'
  > & {
    readonly expect?: readonly number[];
  },
  options: CallOptions,
): AsyncGenerator<Page, void, undefined> {
  const { registry } = endpoint.address;
  let target: string | URL | undefined = first.target;
  for (let pages = 0; target !== undefined; pages++) {
    if (pages >= MAX_PAGES) {
      throw new OciError(
        'tooLarge',
        `${registry}/${first.repository} has a list of more than ${MAX_PAGES} pages`,
        { host: registry, repository: first.repository },
      );
    }
    const response = await endpoint.request({
      expect: [200],
      ...first,
      method: 'GET',
      target,
      actions: ['pull'],
      signal: options.signal,
    });
    const body = await response.bytes(MAX_PAGE_BYTES, 'a list');
    yield { json: parseJson(body), response };
    target = nextOf(endpoint, response);
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function nextOf(
  endpoint: RegistryEndpoint,
  response: RegistryResponse,
): URL | undefined {
  const link = response
    .headerValues('link')
    .map(value => /<([^>]*)>\s*;\s*rel="?next"?/i.exec(value)?.[1])
    .find(value => value !== undefined);
  if (link === undefined) return undefined;
  const url = endpoint.sender.hosts.resolve(link, response.url, 'next page');
  if (url.origin !== endpoint.address.origin.origin) {
    throw new OciError(
      'redirectRefused',
      `${endpoint.address.registry} put the next page of a list on another host`,
      { host: endpoint.address.registry },
    );
  }
  return url;
}
