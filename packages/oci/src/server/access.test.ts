import { checkBinding, isLoopback } from './checkBinding';
import { TestRegistry } from '../testing/TestRegistry';

describe('checkBinding', () => {
  const password = 'long enough';
  it.each([
    [{ host: '0.0.0.0' }, '"0.0.0.0"'],
    [{ host: '::' }, 'loopback'],
    [{ host: '10.0.0.1', credentials: [] }, 'credentials'],
    [{ credentials: [{ username: 'a:b', password }] }, 'credentials[0]'],
    [{ credentials: [{ username: '', password }] }, 'username'],
    [{ credentials: [{ username: 'a', password: 'short' }] }, '8 characters'],
    [
      {
        credentials: [
          { username: 'a', password },
          { username: 'a', password },
        ],
      },
      'repeats',
    ],
  ])('refuses %j', (options, word) => {
    expect(() => checkBinding(options)).toThrow(
      expect.objectContaining({
        code: 'invalidConfig',
        message: expect.stringContaining(word),
      }),
    );
  });

  it('takes loopback without, and any address with credentials', () => {
    checkBinding({});
    checkBinding({ host: '::1' });
    const credentials = [{ username: 'a', password }];
    checkBinding({ host: '0.0.0.0', credentials });
    expect(isLoopback('127.8.9.1')).toBe(true);
    expect(isLoopback('localhost.example')).toBe(false);
    expect(isLoopback('128.0.0.1')).toBe(false);
  });
});

describe('access', () => {
  let registry: TestRegistry;
  afterEach(() => registry.close());

  it('wants a user for everything', async () => {
    registry = await TestRegistry.start();
    for (const path of ['/v2/', '/v2/a/tags/list', '/nothing']) {
      const { status, headers, codes } = await registry.send('GET', path, {
        user: null,
      });
      expect({ status, codes }).toEqual({
        status: 401,
        codes: ['UNAUTHORIZED'],
      });
      expect(headers['www-authenticate']).toContain('Basic realm=');
    }
    expect((await registry.send('GET', '/v2/')).status).toBe(200);
  });

  it.each([
    'Basic !',
    'Basic cHVzaGVy',
    'Basic ',
    'Bearer abc',
    `Basic ${Buffer.from('pusher:a long passwor').toString('base64')}`,
    `Basic ${Buffer.from('nobody:a long password').toString('base64')}`,
    `Basic ${'A'.repeat(8000)}`,
  ])('refuses a header that is no known user: %#', async authorization => {
    registry = await TestRegistry.start();
    const answer = await registry.send('GET', '/v2/', {
      user: null,
      headers: { authorization },
    });
    expect(answer.status).toBe(401);
  });

  it('lets who may pull not push or delete', async () => {
    registry = await TestRegistry.start();
    const digest = await registry.blob('a', 'x');
    const user = 'puller';
    const path = `/v2/a/blobs/${digest}`;
    expect((await registry.send('GET', path, { user })).status).toBe(200);
    const deleted = await registry.send('DELETE', path, { user });
    expect(deleted).toMatchObject({ status: 403, codes: ['DENIED'] });
    const pushed = await registry.send('POST', '/v2/a/blobs/uploads/', {
      user,
    });
    expect(pushed.status).toBe(403);
  });

  it('lets everybody pull where that is wanted, and tells users how to say who they are', async () => {
    registry = await TestRegistry.start({ anonymousPull: true });
    const path = `/v2/a/blobs/${await registry.blob('a', 'x')}`;
    const user = null;
    expect((await registry.send('GET', path, { user })).status).toBe(200);
    const nobody = { user, headers: { authorization: 'Basic Og==' } };
    expect((await registry.send('GET', path, nobody)).status).toBe(200);
    expect((await registry.send('DELETE', path, nobody)).status).toBe(401);
    expect((await registry.send('DELETE', path, { user })).status).toBe(401);
    expect((await registry.send('GET', '/v2/', { user })).status).toBe(401);
  });

  it('lets everybody do everything on loopback without users', async () => {
    registry = await TestRegistry.start({ credentials: [] });
    const path = `/v2/a/blobs/${await registry.blob('a', 'x')}`;
    expect((await registry.send('DELETE', path, { user: null })).status).toBe(
      202,
    );
  });
});
