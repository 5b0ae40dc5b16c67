import { inspect } from 'node:util';
import { parseRepository } from '../reference/parseReference';
import { dockerConfigKeychain } from './dockerConfigKeychain';

const auth = (text: string) => Buffer.from(text).toString('base64');
const config = (auths: object) => JSON.stringify({ auths });

async function userFor(json: string, repository: string) {
  const keychain = dockerConfigKeychain(json);
  const found = await keychain.find(parseRepository(repository));
  return found?.username;
}

describe('dockerConfigKeychain', () => {
  const json = config({
    'r.example': { auth: auth('host:p') },
    'r.example/team': { auth: auth('team:p') },
    'r.example/team/app': { auth: auth('app:p') },
    'other.example:5000': { username: 'plain', password: 'p' },
    'https://index.docker.io/v1/': { auth: auth('hub:p') },
    'https://scheme.example/v2/': { auth: auth('scheme:p') },
    'bare.example/v1/': { auth: auth('bare:p') },
    '*.wild.example': { auth: auth('wild:p') },
    'UPPER.example': { auth: auth('upper:p') },
    'empty.example': {},
  });
  it.each([
    ['r.example/x', 'host'],
    ['r.example/team', 'team'],
    ['r.example/team/x', 'team'],
    ['r.example/team/app', 'app'],
    ['r.example/team/app/x', 'app'],
    // Whole components only.
    ['r.example/team-b/x', 'host'],
    ['r.example/teams', 'host'],
    ['other.example:5000/x', 'plain'],
    // Exactly this host: no other port, no sub-domain, no look-alike.
    ['other.example/x', undefined],
    ['other.example:5001/x', undefined],
    ['r.example:443/x', undefined],
    ['evil.r.example/x', undefined],
    ['r.example.evil.example/x', undefined],
    ['xr.example/x', undefined],
    ['a.wild.example/x', undefined],
    ['alpine', 'hub'],
    ['registry-1.docker.io/team/app', 'hub'],
    ['scheme.example/x', 'scheme'],
    ['bare.example/x', 'bare'],
    ['upper.example/x', 'upper'],
    ['empty.example/x', undefined],
  ])('%s: %p', async (repository, user) => {
    expect(await userFor(json, repository)).toBe(user);
  });

  it('keeps a colon in the password', async () => {
    const keychain = dockerConfigKeychain(
      config({ 'r.example': { auth: auth('u:p:w\0\0') } }),
    );
    const found = await keychain.find(parseRepository('r.example/a'));
    expect([found?.username, found?.reveal()]).toEqual(['u', 'p:w']);
  });

  it('knows identity and registry tokens', async () => {
    const keychain = dockerConfigKeychain(
      config({
        'i.example': { auth: auth('u:'), identitytoken: 'refresh' },
        'r.example': { registrytoken: 'bearer' },
      }),
    );
    const kinds = await Promise.all(
      ['i.example/a', 'r.example/a'].map(async text => {
        const found = await keychain.find(parseRepository(text));
        return [found?.kind, found?.reveal()];
      }),
    );
    expect(kinds).toEqual([
      ['identityToken', 'refresh'],
      ['registryToken', 'bearer'],
    ]);
  });

  it('prefers the undecorated key', async () => {
    const both = {
      'https://r.example/v1/': { auth: auth('decorated:p') },
      'r.example': { auth: auth('plain:p') },
    };
    expect(await userFor(config(both), 'r.example/a')).toBe('plain');
  });

  it('reads the old dockercfg', async () => {
    const old = JSON.stringify({
      'https://r.example': { auth: auth('old:p'), email: 'x' },
    });
    expect(await userFor(old, 'r.example/a')).toBe('old');
  });

  it.each(['{}', '{"auths":{}}', '{"auths":null}', '{"credsStore":"desktop"}'])(
    'finds nothing in %s',
    async text => {
      expect(await userFor(text, 'r.example/a')).toBeUndefined();
    },
  );

  it.each([
    'hunter2',
    '"hunter2"',
    '["hunter2"]',
    'null',
    '{"auths":"hunter2"}',
    '{"auths":{"r.example":"hunter2"}}',
    '{"auths":{"r.example":{"auth":["hunter2"]}}}',
    config({ 'r.example': { auth: 'hunter2!' } }),
    config({ 'r.example': { auth: auth('hunter2-without-colon') } }),
  ])('refuses %s without quoting it', text => {
    let error: unknown;
    try {
      dockerConfigKeychain(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'invalidConfig' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(
      'hunter2',
    );
  });
});
