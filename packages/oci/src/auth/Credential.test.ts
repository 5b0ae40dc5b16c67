import { inspect } from 'node:util';
import { Credential } from './Credential';
import { anonymousKeychain, firstOf, Keychain } from './Keychain';

const repository = { registry: 'r.example', path: 'a' };

describe('Credential', () => {
  it.each([
    Credential.basic('user', 'hunter2'),
    Credential.identityToken('hunter2'),
    Credential.registryToken('hunter2'),
  ])('%s shows its secret only to who asks for it', credential => {
    const shown = [
      JSON.stringify({ credential }),
      inspect({ credential }, { depth: null, showHidden: true }),
      `${credential}`,
      Object.values(credential).join(),
    ];
    expect(shown.join()).not.toContain('hunter2');
    expect(credential.reveal()).toBe('hunter2');
  });
});

describe('firstOf', () => {
  it('asks in order and stops at the first answer', async () => {
    const asked: string[] = [];
    const keychain = (name: string, credential?: Credential): Keychain => ({
      async find() {
        asked.push(name);
        return credential;
      },
    });
    const second = Credential.basic('u', 'p');
    const found = await firstOf(
      keychain('a'),
      keychain('b', second),
      keychain('c', Credential.basic('x', 'y')),
    ).find(repository);
    expect(found).toBe(second);
    expect(asked).toEqual(['a', 'b']);
    expect(await firstOf(anonymousKeychain).find(repository)).toBeUndefined();
  });
});
