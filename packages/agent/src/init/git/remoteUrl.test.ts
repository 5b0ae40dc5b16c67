import * as fc from 'fast-check';
import { parseRemoteUrl } from './remoteUrl';
import { resolveSubmoduleUrl } from './resolveSubmoduleUrl';

const all = { transports: ['https', 'http', 'ssh'] as const };

describe('parseRemoteUrl', () => {
  it.each([
    ['https://git.example.org/team/app.git', 'https', 'git.example.org'],
    ['https://GIT.example.org:443/a', 'https', 'git.example.org'],
    ['https://git.example.org:8443/a', 'https', 'git.example.org:8443'],
    ['http://[::1]:3000/a', 'http', '[::1]:3000'],
    ['ssh://git@git.example.org:2222/~/a', 'ssh', 'git.example.org:2222'],
    ['git@git.example.org:team/app.git', 'ssh', 'git.example.org'],
    ['git@git.example.org:/srv/app.git', 'ssh', 'git.example.org'],
  ])('takes %s', (text, transport, host) => {
    expect(parseRemoteUrl(text, all)).toMatchObject({ transport, host });
  });

  it.each([
    '',
    '/srv/git/app.git',
    './app',
    'C:\\app',
    'file:///srv/app.git',
    'ext::sh -c "touch /tmp/x"',
    'fd::17',
    'git://git.example.org/app',
    'HTTPS://git.example.org/app',
    '-oProxyCommand=id:app',
    '--upload-pack=id',
    'git@-oProxyCommand=id:app',
    '-git@host:app',
    'git@host:-app',
    'git@host:a b',
    'ssh://-oProxyCommand=id/app',
    'ssh://git:pass@host/app',
    'ssh://git@host/-app',
    'https://user@host/app',
    'https://user:pass@host/app',
    'https://host/',
    'https://host/app?x=1',
    'https://host/app#x',
    'https://host/a\nb',
    'https://host\\@evil/app',
    'https:///app',
    'ssh://ho%0ast/app',
  ])('refuses %j', text => {
    expect(() => parseRemoteUrl(text, all)).toThrow(
      expect.objectContaining({ code: 'GitTransportRefused' }),
    );
  });

  it.each([
    'http://169.254.169.254/latest',
    'http://2852039166/latest',
    'http://0xa9fea9fe/latest',
    'http://[fe80::1]/x',
    'http://[::ffff:169.254.169.254]/x',
    'ssh://git@169.254.1.1/x',
  ])('refuses the link-local %s unless it is listed', url => {
    expect(() => parseRemoteUrl(url, all)).toThrow(
      expect.objectContaining({ code: 'GitHostRefused' }),
    );
  });

  it('compares hosts exactly', () => {
    const rules = { ...all, hosts: ['good.com'] };
    expect(parseRemoteUrl('https://good.com/x', rules).host).toBe('good.com');
    for (const host of ['evil-good.com', 'good.com.evil.org', 'good.com:444']) {
      expect(() => parseRemoteUrl(`https://${host}/x`, rules)).toThrow(
        expect.objectContaining({ code: 'GitHostRefused' }),
      );
    }
  });

  it('never takes what git could read as an option or another transport', () => {
    const piece = fc.constantFrom(
      ...['-', '--', 'ext::', 'https://', 'ssh://', '@', ':', '/', 'a', ' '],
      ...['file:', '\n', '%2d', 'git@', 'host', '..', '::'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        let url: string;
        try {
          url = parseRemoteUrl(pieces.join(''), all).url;
        } catch {
          return;
        }
        expect(url).toMatch(/^(https?:\/\/|ssh:\/\/|[A-Za-z0-9_])/);
        expect(url).not.toMatch(/^[a-z]+::|\s/);
        // A host, not a path, that begins with a dash.
        expect(url).not.toMatch(/^\w+:\/\/([^/]*@)?-|^[^:/]*@-/);
      }),
    );
  });
});

describe('resolveSubmoduleUrl', () => {
  it.each([
    ['https://h/team/app.git', '../lib.git', 'https://h/team/lib.git'],
    ['https://h/team/app.git', './lib', 'https://h/team/app.git/lib'],
    ['https://h/team/app', '../../x/lib', 'https://h/x/lib'],
    ['git@h:team/app.git', '../lib.git', 'git@h:team/lib.git'],
    ['ssh://git@h:22/team/app', '../lib', 'ssh://git@h:22/team/lib'],
    ['https://h/a', 'https://other/b', 'https://other/b'],
    ['https://h/a', '.../b', '.../b'],
  ])('%s + %s', (parent, url, resolved) => {
    expect(resolveSubmoduleUrl(parent, url)).toBe(resolved);
  });

  it('refuses to leave the host', () => {
    expect(() => resolveSubmoduleUrl('https://h/a', '../../other')).toThrow(
      expect.objectContaining({ code: 'SubmoduleRefused' }),
    );
  });
});
