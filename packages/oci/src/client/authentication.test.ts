import { inspect } from 'node:util';
import { Credential } from '../auth/Credential';
import { sha256 } from '../digest/Digest';
import { FakeRegistry } from '../testing/FakeRegistry';
import { basicOfUser, Fakes, keychainOf } from '../testing/withFakes';

const unauthorized = (challenge: string) => ({
  status: 401,
  headers: { 'www-authenticate': challenge },
});
const bytes = Buffer.from('blob');
const blob = { digest: sha256(bytes), size: bytes.length };

describe('authentication', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  let tokens: FakeRegistry;
  let lifetime: number;
  beforeEach(async () => {
    registry = await fakes.start();
    tokens = await fakes.start();
    lifetime = 300;
    registry.blobs.set(blob.digest, bytes);
    let issued = 0;
    tokens.misbehave = () => ({
      body: JSON.stringify({ token: `t${++issued}`, expires_in: lifetime }),
    });
  });
  afterEach(() => fakes.close());

  const wantBasic = () => {
    registry.misbehave = ({ headers }) =>
      headers.authorization === basicOfUser
        ? undefined
        : unauthorized('Basic realm="x"');
  };
  const wantBearer = (accepts: (token: string) => boolean = () => true) => {
    registry.misbehave = ({ headers }) => {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      return token && accepts(token)
        ? undefined
        : unauthorized(
            `Bearer realm="${tokens.url}/token?keep=1",service="r",scope="repository:a:pull"`,
          );
    };
  };
  const repository = () => ({ registry: registry.host, path: 'a' });

  it('sends Basic only where it was asked for', async () => {
    const keychain = keychainOf(registry.host);
    const client = fakes.client({ keychain });
    expect(await client.ping(registry.host)).toEqual({ auth: 'none' });
    await client.headBlob(repository(), blob.digest);
    expect(
      registry.requests.map(({ headers }) => headers.authorization),
    ).toEqual([undefined, undefined]);
    expect(keychain.asked).toEqual([]);
  });

  it('answers a Basic challenge', async () => {
    wantBasic();
    const keychain = keychainOf(registry.host);
    const client = fakes.client({ keychain });
    expect(await client.ping(registry.host)).toEqual({ auth: 'basic' });
    expect(await client.headBlob(repository(), blob.digest)).toEqual({
      size: 4,
    });
    expect(keychain.asked).toEqual([`${registry.host}/a`]);
  });

  it('never gives a credential to another host', async () => {
    wantBasic();
    const client = fakes.client({ keychain: keychainOf('other.example') });
    await expect(
      client.headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({ code: 'unauthorized', host: registry.host });
    const sent = registry.requests.map(({ headers }) => headers.authorization);
    expect(sent.every(each => each === undefined)).toBe(true);
  });

  it('fetches one token for many requests at once', async () => {
    wantBearer();
    const client = fakes.client({ keychain: keychainOf(registry.host) });
    await Promise.all(
      Array.from({ length: 10 }, () => client.getBlobBytes(repository(), blob)),
    );
    expect(tokens.requests).toHaveLength(1);
    const url = new URL(tokens.requests[0].url, tokens.url);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      keep: '1',
      service: 'r',
      scope: 'repository:a:pull',
    });
    expect(tokens.requests[0].headers.authorization).toBe(basicOfUser);
  });

  it('goes without a credential where there is none', async () => {
    wantBearer();
    await fakes.client().getBlobBytes(repository(), blob);
    expect(tokens.requests[0].headers.authorization).toBeUndefined();
  });

  it('renews a token the registry no longer accepts, once', async () => {
    let valid = 't1';
    wantBearer(token => token === valid);
    const client = fakes.client();
    await client.getBlobBytes(repository(), blob);
    valid = 't2';
    await client.getBlobBytes(repository(), blob);
    expect(tokens.requests).toHaveLength(2);
    valid = 'never';
    await expect(client.getBlobBytes(repository(), blob)).rejects.toMatchObject(
      { code: 'unauthorized' },
    );
    expect(tokens.requests).toHaveLength(3);
  });

  it('asks for the scope the registry names', async () => {
    const wanted = 'repository:a:*';
    let scopes: string[] = [];
    tokens.misbehave = ({ url }) => {
      scopes = new URL(url, tokens.url).searchParams.getAll('scope');
      return {
        body: `{"token":"${scopes.includes(wanted) ? 'good' : 'bad'}"}`,
      };
    };
    registry.misbehave = ({ headers }) =>
      headers.authorization === 'Bearer good'
        ? { status: 202 }
        : unauthorized(`Bearer realm="${tokens.url}/token",scope="${wanted}"`);
    await fakes.client().deleteBlob(repository(), blob.digest);
    expect(scopes).toEqual(['repository:a:delete', wanted]);
  });

  it('changes an identity token for an access token', async () => {
    wantBearer();
    const keychain = keychainOf(
      registry.host,
      Credential.identityToken('refresh-me'),
    );
    await fakes.client({ keychain }).getBlobBytes(repository(), blob);
    const [{ method, body, headers }] = tokens.requests;
    expect(method).toBe('POST');
    expect(headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(body.toString()))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'buildog-oci',
      service: 'r',
      scope: 'repository:a:pull',
      refresh_token: 'refresh-me',
    });
  });

  it('sends a registry token as it is', async () => {
    wantBearer(token => token === 'as-is');
    const keychain = keychainOf(
      registry.host,
      Credential.registryToken('as-is'),
    );
    await fakes.client({ keychain }).getBlobBytes(repository(), blob);
    expect(tokens.requests).toEqual([]);
  });

  it('can not use an identity token for Basic', async () => {
    wantBasic();
    const keychain = keychainOf(registry.host, Credential.identityToken('x'));
    await expect(
      fakes.client({ keychain }).headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('identity token'),
    });
  });

  it.each([
    'http://127.0.0.1:1/token',
    'https://user:pw@auth.example/token',
    'https://169.254.169.254/token',
    'ftp://auth.example',
  ])('sends nothing to the realm %s', async realm => {
    registry.misbehave = () => unauthorized(`Bearer realm="${realm}"`);
    const keychain = keychainOf(registry.host);
    await expect(
      fakes.client({ keychain }).headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({ code: 'redirectRefused' });
    expect(keychain.asked).toEqual([]);
  });

  it('drops the credential when the token server redirects', async () => {
    wantBearer();
    const elsewhere = await fakes.start();
    elsewhere.misbehave = () => ({ body: '{"token":"x"}' });
    tokens.misbehave = () => ({
      status: 307,
      headers: { location: `${elsewhere.url}/steal` },
    });
    const keychain = keychainOf(registry.host);
    await fakes.client({ keychain }).getBlobBytes(repository(), blob);
    expect(elsewhere.requests[0].headers.authorization).toBeUndefined();
  });

  it.each([
    ['{}', 200],
    ['not json', 200],
    ['{"token":"a b"}', 200],
    ['{"token":"a\\r\\nx: y"}', 200],
    ['{"token":7}', 200],
    [`{"token":"${'x'.repeat(2 * 1024 * 1024)}"}`, 200],
  ])('takes %.20s for no token', async (body, status) => {
    wantBearer();
    tokens.misbehave = () => ({ body, status });
    await expect(
      fakes.client().headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/registryFault|tooLarge/),
    });
  });

  it('repeats no secret, even when servers do', async () => {
    const secrets = ['hunter2', basicOfUser.slice(6), 'top-secret-token'];
    const echo = {
      status: 403,
      body: JSON.stringify({ errors: [{ message: secrets.join(' ') }] }),
    };
    const keychain = keychainOf(registry.host);
    wantBearer();
    tokens.misbehave = () => echo;
    const errors: unknown[] = [];
    const attempt = () =>
      fakes
        .client({ keychain })
        .getBlobBytes(repository(), blob)
        .catch((error: unknown) => errors.push(error));
    await attempt();
    tokens.misbehave = () => ({ body: '{"token":"top-secret-token"}' });
    registry.misbehave = ({ url }) =>
      url === '/v2/'
        ? unauthorized(`Bearer realm="${tokens.url}/t"`)
        : { ...echo, body: '{"errors":[{"message":"top-secret-token"}]}' };
    await attempt();
    registry.misbehave = ({ url }) =>
      url === '/v2/' ? unauthorized('Basic') : echo;
    await attempt();
    expect(errors).toHaveLength(3);
    const shown = inspect(errors, { depth: null, showHidden: true });
    expect(shown).toContain('[redacted]');
    // The second error may hold what only the token server was sent.
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain(basicOfUser.slice(6));
  });

  it('survives a keychain that fails, and says so', async () => {
    wantBasic();
    const keychain = {
      find: async () => {
        throw new Error('vault is sealed');
      },
    };
    await expect(
      fakes.client({ keychain }).headBlob(repository(), blob.digest),
    ).rejects.toThrow('vault is sealed');
  });
});
