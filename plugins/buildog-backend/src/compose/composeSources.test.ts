import { ConfigReader } from '@backstage/config';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import { readConfig } from '../config';
import { composeSources } from './composeSources';

function compose(sources: object, integrations: object = {}) {
  const config = new ConfigReader({
    buildog: { sources },
    integrations,
  } as never);
  return composeSources(readConfig(config), [], config);
}

const built = (repositoryUrl: string, revision?: string) =>
  ({ build: { inputs: { repositoryUrl }, revision } } as BuildSnapshot);

describe('composeSources', () => {
  it.each([
    ['http://git.test/a.git', 'GitTransportRefused'],
    ['https://elsewhere.test/a.git', 'SourceHostNotAllowed'],
    ['https://git.test:8443/a.git', 'SourceHostNotAllowed'],
    ['https://git.test.evil/a.git', 'SourceHostNotAllowed'],
  ])('refuses %s', async (url, code) => {
    const { checkSource } = compose({ allowedHosts: ['git.test'] });
    await expect(checkSource(url)).rejects.toMatchObject({ reason: { code } });
  });

  it('allows what is listed', async () => {
    const { checkSource } = compose({
      allowedHosts: ['git.test:8080'],
      allowHttp: true,
    });
    await expect(
      checkSource('http://git.test:8080/a.git'),
    ).resolves.toBeUndefined();
  });

  it.each([
    ['https://github.com/acme/app.git', 'https://github.com/acme/app/tree/abc'],
    ['https://gitlab.com/acme/app', 'https://gitlab.com/acme/app/-/tree/abc'],
    ['https://unknown.test/acme/app.git', undefined],
  ])('knows where to look at %s', (url, expected) => {
    const { sourceUrl } = compose({});
    expect(sourceUrl(built(url, 'abc'))).toBe(expected);
    expect(sourceUrl(built(url))).toBeUndefined();
  });
});
