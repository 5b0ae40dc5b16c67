import {
  familiarReference,
  isInNamespace,
  withDefaultTag,
} from './formatReference';
import { parseReference, parseRepository } from './parseReference';

describe('familiarReference', () => {
  it.each([
    ['docker.io/library/alpine:3', 'alpine:3'],
    ['docker.io/team/app', 'team/app'],
    ['docker.io/library/a/b', 'library/a/b'],
    ['r.example/team/app:v1', 'r.example/team/app:v1'],
    // Shortened these would name another image, or none.
    ['docker.io/localhost/x', 'docker.io/localhost/x'],
    [
      `docker.io/library/${'a'.repeat(64)}`,
      `docker.io/library/${'a'.repeat(64)}`,
    ],
  ])('%s is %s', (full, short) => {
    expect(familiarReference(parseReference(full))).toBe(short);
    expect(parseReference(short)).toEqual(parseReference(full));
  });
});

describe('withDefaultTag', () => {
  it('adds latest only where nothing is pointed at', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(withDefaultTag(parseReference('a')).tag).toBe('latest');
    expect(withDefaultTag(parseReference('a:b')).tag).toBe('b');
    expect(withDefaultTag(parseReference(`a@${digest}`)).tag).toBeUndefined();
  });
});

describe('isInNamespace', () => {
  it.each([
    ['r.example/team-a/x', 'team-a', true],
    ['r.example/team-a', 'team-a', true],
    ['r.example/team-ab/x', 'team-a', false],
    ['r.example/x/team-a', 'team-a', false],
    ['r.example.evil/team-a/x', 'team-a', false],
    ['evil-r.example/team-a/x', 'team-a', false],
    ['r.example/anything', '', true],
  ])('%s in %s: %p', (repository, path, expected) => {
    const namespace = { registry: 'r.example', path };
    expect(isInNamespace(parseRepository(repository), namespace)).toBe(
      expected,
    );
  });
});
