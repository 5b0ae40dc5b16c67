import fc from 'fast-check';
import { RegistryFault } from './RegistryFault';
import { parseRoute } from './route';

const digest = `sha256:${'a'.repeat(64)}`;
const id = '01234567-89ab-4def-8123-456789abcdef';

describe('parseRoute', () => {
  it.each<[string, object]>([
    ['/v2/', { kind: 'ping' }],
    ['/v2', { kind: 'ping' }],
    ['/v2/_catalog', { kind: 'catalog' }],
    ['/v2/a/b/tags/list', { kind: 'tags', repository: 'a/b' }],
    [
      '/v2/a/manifests/v1',
      { kind: 'manifest', repository: 'a', target: { tag: 'v1' } },
    ],
    [
      `/v2/a/manifests/${digest}`,
      { kind: 'manifest', repository: 'a', target: { digest } },
    ],
    // A client may escape the colon.
    [
      `/v2/a/blobs/${digest.replace(':', '%3A')}`,
      { kind: 'blob', repository: 'a', digest },
    ],
    ['/v2/a/blobs/uploads/', { kind: 'uploads', repository: 'a' }],
    ['/v2/a/blobs/uploads', { kind: 'uploads', repository: 'a' }],
    [`/v2/a/blobs/uploads/${id}`, { kind: 'upload', repository: 'a', id }],
    [
      `/v2/a/referrers/${digest}`,
      { kind: 'referrers', repository: 'a', digest },
    ],
    // The last words decide: a repository may be called like an endpoint.
    ['/v2/a/tags/list/tags/list', { kind: 'tags', repository: 'a/tags/list' }],
    [
      '/v2/a/manifests/b/manifests/c',
      { kind: 'manifest', repository: 'a/manifests/b', target: { tag: 'c' } },
    ],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it.each([
    ['/', 404, 'UNSUPPORTED'],
    ['/v2/a', 404, 'UNSUPPORTED'],
    ['/v2/a/tags/other', 404, 'UNSUPPORTED'],
    ['/v2/A/tags/list', 400, 'NAME_INVALID'],
    ['/v2/../tags/list', 400, 'NAME_INVALID'],
    ['/v2/a/../../tags/list', 400, 'NAME_INVALID'],
    ['/v2/%2e%2e/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a%00/tags/list', 400, 'NAME_INVALID'],
    ['/v2/%/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a,b/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a:b/tags/list', 400, 'NAME_INVALID'],
    [`/v2/${'a'.repeat(300)}/tags/list`, 400, 'NAME_INVALID'],
    ['/v2/a/manifests/..', 400, 'TAG_INVALID'],
    ['/v2/a/manifests/-f', 400, 'TAG_INVALID'],
    ['/v2/a/manifests/%2e%2e%2fb', 404, 'UNSUPPORTED'],
    ['/v2/a/manifests/sha256:..', 400, 'DIGEST_INVALID'],
    ['/v2/a/blobs/..', 400, 'DIGEST_INVALID'],
    ['/v2/a/referrers/sha256:x', 400, 'DIGEST_INVALID'],
    ['/v2/a/blobs/uploads/..', 404, 'BLOB_UPLOAD_UNKNOWN'],
    [`/v2/a/blobs/uploads/${id.toUpperCase()}`, 404, 'BLOB_UPLOAD_UNKNOWN'],
  ])('%s is %i %s', (path, status, code) => {
    expect(() => parseRoute(path)).toThrow(
      expect.objectContaining({ name: 'RegistryFault', status, code }),
    );
  });

  it('lets nothing through that is no part of a file name', () => {
    const piece = fc.constantFrom(
      ...['v2', 'a', 'blobs', 'uploads', 'manifests', 'tags', 'list', '..'],
      ...['.', '', '%2f', '%2e', '%00', 'referrers', digest, id, '~', 'ä'],
    );
    const path = fc
      .array(piece, { maxLength: 10 })
      .map(parts => `/v2/${parts.join('/')}`);
    const isSafe = (each: string) => {
      try {
        const route = parseRoute(each);
        const { repository = 'a' } = route as { repository?: string };
        return repository
          .split('/')
          .every(part => /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(part));
      } catch (error) {
        return error instanceof RegistryFault;
      }
    };
    fc.assert(fc.property(path, isSafe), { numRuns: 2000 });
  });
});
