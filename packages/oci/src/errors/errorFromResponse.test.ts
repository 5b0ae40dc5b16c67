import { Readable } from 'node:stream';
import { RegistryResponse } from '../transport/RegistryResponse';
import { errorFromResponse, parseRetryAfter } from './errorFromResponse';

function response(
  statusCode: number,
  body: string | Buffer = '',
  headers: Record<string, string> = {},
): RegistryResponse {
  return new RegistryResponse(
    { statusCode, headers, body: Readable.from([Buffer.from(body)]) },
    new URL('https://r.example/v2/'),
    undefined,
  );
}
const asked = { action: 'pull', host: 'r.example', repository: 'a' };

describe('errorFromResponse', () => {
  it.each([
    [400, 'refused', false],
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [404, 'notFound', false],
    [405, 'refused', false],
    [408, 'refused', true],
    [413, 'tooLarge', false],
    [416, 'refused', false],
    [429, 'rateLimited', true],
    [500, 'registryFault', true],
    [501, 'registryFault', false],
    [503, 'registryFault', true],
    [302, 'registryFault', false],
  ])('%i is %s, retryable: %p', async (status, code, retryable) => {
    expect(await errorFromResponse(response(status), asked)).toMatchObject({
      code,
      retryable,
      status,
      host: 'r.example',
      repository: 'a',
    });
  });

  it('repeats the registry, but no secret and no control character', async () => {
    const body = JSON.stringify({
      errors: [
        { code: 'DENIED', message: 'you sent hunter2\u001b[31m\r\nforged' },
        { code: 'not a code', message: 7 },
        null,
      ],
    });
    const error = await errorFromResponse(response(403, body), asked, [
      'hunter2',
      '',
    ]);
    expect(error.registryCodes).toEqual(['DENIED']);
    expect(error.message).toContain('you sent [redacted] [31m forged');
    expect(error.message).not.toMatch(/[^ -~]|hunter2/);
  });

  it('says digestMismatch when the registry found it', async () => {
    const body = '{"errors":[{"code":"DIGEST_INVALID"}]}';
    const error = await errorFromResponse(response(400, body), asked);
    expect(error.code).toBe('digestMismatch');
  });

  it.each(['', 'not json', '[]', '{"errors":7}', 'null', '<html>'])(
    'lives with the body %j',
    async body => {
      const error = await errorFromResponse(response(500, body), asked);
      expect(error.message).toBe('cannot pull at r.example/a: status 500');
    },
  );

  it('reads no more than it needs of an endless body', async () => {
    let given = 0;
    const endless = Readable.from(
      (function* chunks() {
        for (;;) {
          given += 65536;
          yield Buffer.alloc(65536, 'x');
        }
      })(),
    );
    const raw = { statusCode: 500, headers: {}, body: endless };
    const url = new URL('https://r.example');
    await errorFromResponse(new RegistryResponse(raw, url, undefined), asked);
    expect(given).toBeLessThan(4 * 1024 * 1024);
  });

  it('cuts long words', async () => {
    const body = JSON.stringify({ errors: [{ message: 'x'.repeat(5000) }] });
    const error = await errorFromResponse(response(400, body), asked);
    expect(error.message.length).toBeLessThan(500);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [undefined, undefined],
    ['7', 7000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', undefined],
    ['99999999999999', undefined],
  ])('%p is %p ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
