import { parseArray } from './parseArray';
import { parseDuration } from './parseDuration';
import { parseFields } from './parseFields';
import { mountSource, parseMount } from './parseMount';
import { parseSize } from './parseSize';
import { parseWords } from './parseWords';

const same = (value: string) => value;

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['1s', 1e9],
    ['1m30s', 90e9],
    ['1.5h', 5400e9],
    ['.5s', 5e8],
    ['2ms', 2e6],
    ['3us', 3e3],
    ['3µs', 3e3],
    ['10ns', 10],
    ['-1s', -1e9],
    ['+1s', 1e9],
  ])('%s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each(['', '1', 's', '1x', '1s2', '-', '1 s', '9999999999h'])(
    'refuses %j',
    text => {
      expect(() => parseDuration(text)).toThrow('is not valid');
    },
  );
});

describe('parseSize', () => {
  it.each([
    ['100', 100],
    ['64m', 64 * 1024 ** 2],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['2KB', 2048],
    ['3b', 3],
    ['1 t', 1024 ** 4],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'm', '-1', '1x', '99999p'])('refuses %j', text => {
    expect(() => parseSize(text)).toThrow('is no size');
  });
});

describe('parseFields', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['a', ['a']],
    ['a,', ['a']],
    [',a', ['', 'a']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a ""b""",c', ['a "b"', 'c']],
  ])('%s', (text, fields) => {
    // A comma at the end is one more field, and an empty one says nothing.
    expect(
      parseFields(text).filter((field, index) => index === 0 || field),
    ).toEqual(fields);
  });

  it.each(['a"b', '"a', '"a"b', 'a,"'])('refuses %s', text => {
    expect(() => parseFields(text)).toThrow('quote');
  });
});

describe('parseWords', () => {
  it.each([
    ['a=b c="d e"', ['a=b', 'c="d e"']],
    ["a='b \\' c", ["a='b \\'", 'c']],
    ['a=b\\ c d', ['a=b\\ c', 'd']],
    ['a="b\\" c" d', ['a="b\\" c"', 'd']],
    ['a="" b', ['a=""', 'b']],
    ['a="open b', ['a="open b']],
    ['a\\', ['a']],
    ['', []],
  ])('%s', (text, words) => {
    expect(parseWords(text, '\\')).toEqual(words);
  });
});

describe('parseArray', () => {
  it('takes JSON arrays of strings', () => {
    expect(parseArray(' ["a", "\\u0062"]')).toEqual(['a', 'b']);
    expect(parseArray('[]')).toEqual([]);
  });

  it.each(["['a']", '["a"] x', '[a', 'x', '["a",]', '{}'])(
    'leaves %s to the other form',
    text => expect(parseArray(text)).toBeUndefined(),
  );

  it.each(['[1]', '["a", null]', '[["a"]]'])('refuses %s', text => {
    expect(() => parseArray(text)).toThrow('strings only');
  });
});

describe('parseMount', () => {
  const defaults = { readonly: true, required: false };

  it.each([
    ['target=/x', { type: 'bind', target: '/x', ...defaults }],
    [
      'type=bind,source=a,dst=/x,from=base,rw',
      {
        type: 'bind',
        source: 'a',
        target: '/x',
        from: 'base',
        readonly: false,
        required: false,
      },
    ],
    [
      'type=cache,target=/c,id=npm,sharing=locked,uid=1000,gid=1000,mode=0750',
      {
        type: 'cache',
        target: '/c',
        id: 'npm',
        sharing: 'locked',
        uid: 1000,
        gid: 1000,
        mode: 0o750,
        readonly: false,
        required: false,
      },
    ],
    ['type=cache,target=/c,ro', { type: 'cache', target: '/c', ...defaults }],
    [
      'type=tmpfs,destination=/t,size=1m',
      {
        type: 'tmpfs',
        target: '/t',
        size: 1048576,
        readonly: false,
        required: false,
      },
    ],
    [
      'TYPE=SECRET,ID=t,required',
      { type: 'secret', id: 't', readonly: true, required: true },
    ],
    [
      'type=secret,src=t,env=TOKEN,required=false',
      { type: 'secret', source: 't', env: 'TOKEN', ...defaults },
    ],
    ['type=ssh', { type: 'ssh', ...defaults }],
    [
      '"target=/a,b",readwrite=false',
      { type: 'bind', target: '/a,b', ...defaults },
    ],
    [
      'target=/x,readonly=0',
      { type: 'bind', target: '/x', readonly: false, required: false },
    ],
  ])('%s', (text, mount) => {
    expect(parseMount(text, same)).toEqual(mount);
  });

  it.each([
    ['type=bin,target=/x', 'did you mean bind?'],
    ['type=cache,target=/x,sharing=lock', 'is not known'],
    ['taget=/x', 'did you mean target?'],
    ['target', 'write name=value'],
    ['required,type=secret', 'does not go with a mount of type bind'],
    ['type=bind,target=/x,required', 'does not go with'],
    ['type=cache,target=/x,size=1m', 'does not go with'],
    ['type=tmpfs,target=/x,size=big', 'is no size'],
    ['type=bind,target=/x,mode=755', 'does not go with'],
    ['type=tmpfs,target=/x,uid=1', 'does not go with'],
    ['type=bind,target=/x,gid=1', 'does not go with'],
    ['type=bind,target=/x,sharing=shared', 'does not go with'],
    ['type=secret', 'needs id, source or target'],
    ['type=secret,id=a,from=b', 'does not go with'],
    ['type=secret,id=a,source=b', 'not both'],
    ['type=ssh,source=a', 'does not go with'],
    ['type=cache,target=/x,mode=9', 'no octal number'],
    ['type=cache,target=/x,uid=-1', 'no number'],
    ['type=cache,target=/x,uid=99999999999', 'no number'],
    ['target=/x,ro=maybe', 'neither true nor false'],
    ['target=/x,constructor=1', 'unknown option'],
  ])('refuses %s', (text, message) => {
    expect(() => parseMount(text, same)).toThrow(message);
  });

  it('finds the source before anything is expanded', () => {
    expect(mountSource('type=cache,from=a,from=b')).toBe('b');
    expect(mountSource('from=')).toBeUndefined();
    expect(mountSource('from=price$')).toBe('price$');
    expect(() => mountSource('from=$STAGE')).toThrow('no variables');
  });
});
