import { AllowList } from './AllowList';
import { findDestination, type DestinationRules } from './findDestination';

const addresses: Record<string, string[]> = {
  'public.example': ['1.1.1.1', '2606:4700::1111'],
  'private.example': ['10.0.0.1'],
  'mixed.example': ['1.1.1.1', '127.0.0.1'],
  'own.example': ['9.9.9.9'],
  'nexus.corp.example': ['10.0.0.2'],
  localhost: ['127.0.0.1'],
};

const find = (host: string, more: Partial<DestinationRules> = {}) =>
  findDestination(host, {
    allow: new AllowList(['*.corp.example', '10.2.0.0/16', '127.0.0.9']),
    resolve: async name => {
      const found = addresses[name];
      if (!found) throw new Error('ENOTFOUND');
      return found;
    },
    own: () => ['9.9.9.9'],
    byName: false,
    ...more,
  });

describe('findDestination', () => {
  it.each([
    ['public.example', ['1.1.1.1', '2606:4700::1111']],
    ['PUBLIC.example.', ['1.1.1.1', '2606:4700::1111']],
    ['1.1.1.1', ['1.1.1.1']],
    ['nexus.corp.example', ['10.0.0.2']],
    ['10.2.3.4', ['10.2.3.4']],
    ['127.0.0.9', ['127.0.0.9']],
  ])('lets a step reach %s', async (host, expected) => {
    expect(await find(host)).toEqual({ allowed: true, addresses: expected });
  });

  it.each([
    ['private.example', 'private network'],
    ['mixed.example', '127.0.0.1'],
    ['own.example', '9.9.9.9'],
    ['9.9.9.9', 'of this machine'],
    ['10.3.0.1', 'private network'],
    ['169.254.169.254', 'private network'],
    ['localhost', 'a name of this machine'],
    ['x.localhost', 'a name of this machine'],
    ['metadata.google.internal', 'a name of this machine'],
    ['printer.local', 'a name of this machine'],
    ['0x7f000001', 'unusual form'],
    ['2130706433', 'unusual form'],
    ['127.1', 'unusual form'],
    ['0177.0.0.1', 'unusual form'],
    ['nowhere.example', 'was not found'],
    ['a b', 'no host name'],
    ['evil.example\r\nX: y', 'no host name'],
    ['', 'no host name'],
  ])('refuses %j', async (host, reason) => {
    expect(await find(host)).toEqual({
      allowed: false,
      reason: expect.stringContaining(reason),
    });
  });

  it('lets another proxy look up what we can not', async () => {
    const byName = { byName: true };
    expect(await find('nowhere.example', byName)).toEqual({
      allowed: true,
      addresses: [],
    });
    expect(await find('private.example', byName)).toMatchObject({
      allowed: false,
    });
    expect(await find('localhost', byName)).toMatchObject({ allowed: false });
  });
});

describe('AllowList', () => {
  it.each(['http://x', 'a/b', '10.0.0.0/33', '1.2.3.4/x', '', '*', 'a b'])(
    'refuses %j',
    entry => {
      expect(() => new AllowList([entry])).toThrow('list of allowed hosts');
    },
  );

  it('knows suffixes from endings', () => {
    const list = new AllowList(['*.example.com', 'one.example']);
    expect(list.hasName('a.example.com')).toBe(true);
    expect(list.hasName('badexample.com')).toBe(false);
    expect(list.hasName('example.com')).toBe(false);
    expect(list.hasName('One.Example.')).toBe(true);
    expect(list.hasName('two.one.example')).toBe(false);
    expect(list.hasAddress('nothing')).toBe(false);
  });
});
