import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { z } from 'zod';
import { main } from '../main';
import {
  agentEnvironment,
  agentReasons,
  exitCodes,
  failureSchema,
  RESULT_LIMIT_BYTES,
  type AgentReasonCode,
} from '../protocol';
import { AgentError, printable, redact, toAgentError } from '.';
import { runForTest } from '../testing/runForTest';
import type { Program } from './Program';
import { formatResult } from './writeResult';
import { temporaryFolder } from '../testing/temporaryFolder';

function failing(error: unknown): Program {
  return {
    name: 'init',
    inputSchema: z.object({ protocolVersion: z.literal(1) }),
    credentialPath: '/nowhere',
    run: async () => {
      throw error;
    },
  };
}

const input = { protocolVersion: 1 };

describe('a program', () => {
  it.each<[AgentReasonCode, number]>([
    ['DockerfileMissing', exitCodes.user],
    ['GitHostUnreachable', exitCodes.infrastructure],
    ['SubmoduleRefused', exitCodes.policy],
    ['Terminated', exitCodes.terminated],
    ['AgentFailed', exitCodes.internal],
    ['ProtocolUnsupported', exitCodes.input],
  ])('that fails with %s exits with %i and says so', async (code, exit) => {
    const run = await runForTest(failing(new AgentError(code, 'why')), input);
    expect(run.code).toBe(exit);
    expect(failureSchema.parse(run.result).reason).toEqual({
      code,
      message: 'why',
      ...agentReasons[code],
    });
    expect(run.lines).toEqual([`init failed: ${code}: why`]);
  });

  it('says nothing of foreign errors but their code', async () => {
    const secret = Object.assign(new Error('canary at /x'), { code: 'EIO' });
    for (const error of [
      secret,
      new TypeError('canary'),
      'canary',
      undefined,
    ]) {
      const { result, code } = await runForTest(failing(error), input);
      expect(JSON.stringify(result)).not.toContain('canary');
      expect(code).toBe(exitCodes.internal);
    }
    expect(toAgentError(secret).message).toContain('EIO');
    const full = Object.assign(new Error(), { code: 'ENOSPC' });
    expect(toAgentError(full).code).toBe('VolumeFull');
  });

  it('says which input is missing', async () => {
    const directory = temporaryFolder('buildog-main');
    const path = (name: string) => join(directory, name);
    const env = {
      [agentEnvironment.input]: path('input.json'),
      [agentEnvironment.result]: path('result.json'),
      [agentEnvironment.nonce]: path('nonce'),
    };
    const lines: string[] = [];
    const run = (...argv: string[]) =>
      main(argv, env, new AbortController().signal, line => lines.push(line));
    expect(await run('publish')).toBe(exitCodes.input);
    expect(lines[0]).toMatch(
      /^buildog agent \d+\.\d+\.\d+ protocol 1 nonce none$/,
    );
    writeFileSync(path('nonce'), 'abc123\n');
    writeFileSync(path('input.json'), '{"canary');
    expect(await run('sidecar')).toBe(exitCodes.input);
    const result = readFileSync(path('result.json'), 'utf8');
    expect(result).toContain('not JSON');
    expect(result).not.toContain('canary');
    expect(lines).toContainEqual(expect.stringMatching(/nonce abc123$/));
    writeFileSync(path('input.json'), ' '.repeat(1_048_577));
    expect(await run('init')).toBe(exitCodes.input);
    for (const argv of [[], ['toString'], ['init', 'x']]) {
      expect(await run(...argv)).toBe(exitCodes.input);
    }
    expect(lines.at(-1)).toBe('usage: agent sidecar|init|publish');
  });
});

it('keeps every failure within what Kubernetes keeps', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 0, maxLength: 3000 }),
      message => {
        const reason = new AgentError('GitFailed', message).toReason();
        const text = formatResult({
          protocolVersion: 1,
          program: 'init',
          ok: false,
          reason,
        });
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(RESULT_LIMIT_BYTES);
        expect(failureSchema.parse(JSON.parse(text)).ok).toBe(false);
      },
    ),
  );
  const huge = { ok: true as const, x: 'x'.repeat(5000) };
  expect(() => formatResult(huge)).toThrow(RangeError);
});

it('makes any text one harmless line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const line = printable(text, 50);
      expect(Array.from(line).length).toBeLessThanOrEqual(51);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});

it('takes secrets out of text in every form', () => {
  const secret = 'pa:ss/w?rd';
  const text = `https://u:p@h/x ${secret} ${encodeURIComponent(
    secret,
  )} ${Buffer.from(secret).toString('base64')}`;
  expect(redact(text, [secret])).toBe('https://***@h/x *** *** ***');
});
