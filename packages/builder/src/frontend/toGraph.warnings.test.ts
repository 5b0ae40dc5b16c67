import {
  alpine,
  amd64,
  arm64,
  planError,
  planText,
} from './__testUtils__/plan';

const codes = async (
  text: string,
  options: Parameters<typeof planText>[1] = {},
) =>
  (await planText(text, options)).warnings.map(
    ({ code, position }) => `${code} ${position.line}`,
  );

describe('warnings', () => {
  it.each([
    ['FROM alpine AS Base', ['StageNameCasing 1']],
    ['FROM alpine as base', ['FromAsCasing 1']],
    ['from alpine AS base', ['FromAsCasing 1']],
    [
      'FROM alpine AS a\nFROM alpine AS A',
      ['StageNameCasing 2', 'DuplicateStageName 2'],
    ],
    ['FROM alpine AS scratch', ['ReservedStageName 1']],
    ['FROM alpine\nrun x\nENV a=1', ['ConsistentInstructionCasing 2']],
    ['from alpine\nrun x\nENV a=1', ['ConsistentInstructionCasing 3']],
    ['FROM alpine\nRun x', ['ConsistentInstructionCasing 2']],
    ['FROM alpine\nMAINTAINER x', ['MaintainerDeprecated 2']],
    [
      'FROM alpine\nENV a b\nLABEL c d',
      ['LegacyKeyValueFormat 2', 'LegacyKeyValueFormat 3'],
    ],
    ['FROM alpine\nCMD x', ['JSONArgsRecommended 2']],
    ['FROM alpine\nSHELL ["/s"]\nENTRYPOINT x', []],
    ['FROM alpine\nCMD ["x"]\nCMD ["y"]', ['MultipleInstructionsDisallowed 2']],
    ['FROM alpine AS a\nCMD ["x"]\nFROM a\nCMD ["y"]', []],
    [
      'FROM alpine\nHEALTHCHECK NONE\nHEALTHCHECK CMD x',
      ['MultipleInstructionsDisallowed 2'],
    ],
    ['FROM alpine\nWORKDIR a\nWORKDIR b', ['WorkdirRelativePath 2']],
    ['FROM alpine\nWORKDIR /a\nWORKDIR b', []],
    ['FROM alpine\nENV a=$b', ['UndefinedVar 2']],
    ['FROM alpine\nARG b\nENV a=$b', []],
    [
      'FROM alpine\nENV API_KEY=1\nARG token',
      ['SecretsUsedInArgOrEnv 2', 'SecretsUsedInArgOrEnv 3'],
    ],
    ['FROM alpine\nENV PUBLIC_KEY=1 MONKEY=2 PASSWORDS=3', []],
    ['FROM alpine\nEXPOSE 80/TCP', ['ExposeProtoCasing 2']],
    ['FROM alpine\nEXPOSE 80:80', ['ExposeInvalidFormat 2']],
    [
      'FROM --platform=linux/amd64 alpine',
      ['FromPlatformFlagConstDisallowed 1'],
    ],
    ['FROM --platform=linux/amd64 alpine AS base-amd64', []],
    ['FROM --platform=$TARGETPLATFORM alpine', ['RedundantTargetPlatform 1']],
    ['FROM --platform=$BUILDPLATFORM alpine', []],
    ['FROM alpine${V}', ['UndefinedArgInFrom 1']],
    ['ARG V\nFROM alpine${V}', []],
    ['FROM alpine\nRUN a \\\n\n b', ['NoEmptyContinuation 2']],
    [
      '# check=skip=JSONArgsRecommended\nFROM alpine\nCMD x\nENV a b',
      ['LegacyKeyValueFormat 4'],
    ],
    ['# check=skip=all\nFROM alpine\nCMD x', []],
  ])('%j', async (text, expected) => {
    expect(await codes(text)).toEqual(expected);
  });

  it('name what was probably meant', async () => {
    const { warnings } = await planText(
      'ARG VERSION\nFROM alpine$VERSOIN\nENV HOME_DIR=1 a=$HOME_DRI',
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('did you mean $VERSION?'),
      expect.stringContaining('$HOME_DRI is not defined'),
    ]);
    const later = await planText(
      'FROM alpine\nENV HOME_DIR=1\nENV a=$HOME_DRI',
    );
    expect(later.warnings[0].message).toContain('did you mean $HOME_DIR?');
  });

  it('come once for all platforms', async () => {
    expect(
      await codes('FROM alpine\nCMD x', { platforms: [amd64, arm64] }),
    ).toEqual(['JSONArgsRecommended 2']);
  });

  it('tell of bases that need a build argument', async () => {
    const options = { buildArgs: { V: 'alpine' } };
    expect(await codes('ARG V\nFROM $V', options)).toEqual([
      'InvalidDefaultArgInFrom 2',
    ]);
    expect(await codes('ARG V=alpine\nFROM $V', options)).toEqual([]);
  });

  it('tell of bases for another platform', async () => {
    const options = { images: { [alpine]: { architecture: 'arm64' } } };
    expect(await codes('FROM alpine', options)).toEqual([
      'InvalidBaseImagePlatform 1',
    ]);
  });

  it('tell of build arguments that nothing takes', async () => {
    const buildArgs = {
      a: '1',
      b: '2',
      HTTP_PROXY: 'x',
      BUILDKIT_INLINE_CACHE: '1',
      TARGETARCH: 'x',
      http_proxy: 'y',
    };
    const { warnings } = await planText('FROM alpine\nARG a', { buildArgs });
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ['UnusedBuildArg', 'the build argument b is given, but no ARG takes it'],
    ]);
  });

  it('are errors when the file says so', async () => {
    const text =
      '# check=error=true;skip=StageNameCasing\nFROM alpine AS X\nCMD x\nENV a b';
    const error = await planError(text);
    expect(error.message).toMatch(
      /^Dockerfile:3: .*\[JSONArgsRecommended\] \(and 1 more\)/,
    );
    expect((await planText(text.replace(/CMD[^]*/, ''))).warnings).toEqual([]);
    const skipped = { buildArgs: { BUILDKIT_DOCKERFILE_CHECK: 'skip=all' } };
    expect((await planText(text, skipped)).warnings).toEqual([]);
  });
});
