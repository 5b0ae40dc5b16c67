import * as fc from 'fast-check';
import { branchTag, plannedTags, renderTag, TAG } from './tags';
import type { TagFacts } from './tags';

const facts: TagFacts = {
  revision: 'b81d04c7'.padEnd(40, '1'),
  branch: 'feat/login',
  number: 42,
  createdAt: new Date('2026-11-20T23:30:05Z'),
  timeZone: 'UTC',
};

describe('renderTag', () => {
  it.each([
    ['v{date}-{shortSha}', 'v20261120-b81d04c7'],
    ['v{{date}}-{{ shortSha }}', 'v20261120-b81d04c7'],
    ['{branch}-{number}', 'feat-login-42'],
    ['{date}{time}', '20261120233005'],
    ['latest', 'latest'],
    ['{sha}', facts.revision],
  ])('fills %s', (template, tag) => {
    expect(renderTag(template, facts)).toEqual({ ok: true, tag });
  });

  it('uses the zone of tags', () => {
    expect(
      renderTag('{date}', { ...facts, timeZone: 'Europe/Berlin' }),
    ).toEqual({ ok: true, tag: '20261121' });
  });

  it.each([
    ['{env.HOME}', /uses "env.HOME", which is none of date, time/],
    ['{__proto__}', /which is none of/],
    ['{constructor}', /which is none of/],
    ['{}', /uses ""/],
    ['', /gives "", which is not a tag/],
    ['.{date}', /not beginning with/],
    ['-{date}', /not beginning with/],
    ['a b', /which is not a tag/],
    ['a/b', /which is not a tag/],
    ['x'.repeat(129), /which is not a tag/],
    ['{date', /which is not a tag/],
  ])('refuses %j', (template, why) => {
    const result = renderTag(template, facts);
    expect(result.ok ? result.tag : result.why).toMatch(why);
  });

  it('says when a field has no value for this build', () => {
    const result = renderTag('{branch}', { ...facts, branch: undefined });
    expect(result).toMatchObject({ ok: false });
  });
});

describe('branchTag', () => {
  it('is a tag or nothing, whatever the branch is called', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), branch => {
        const tag = branchTag(branch);
        expect(tag === undefined || TAG.test(tag)).toBe(true);
      }),
    );
    expect(branchTag('main')).toBe('main');
    expect(branchTag('.hidden')).toBe('hidden');
    expect(branchTag('--')).toBeUndefined();
  });
});

it('plans every tag in every destination', () => {
  expect(
    plannedTags({ destinations: ['a/x', 'b/x'], tags: ['1', 'main'] }).map(
      tag => tag.reference,
    ),
  ).toEqual(['a/x:1', 'a/x:main', 'b/x:1', 'b/x:main']);
});
