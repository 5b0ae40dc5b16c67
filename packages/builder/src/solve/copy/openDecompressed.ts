import { spawn } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { BuilderError } from '../../errors/BuilderError';
import type { Entry, FileTree } from '../../layers/FileTree';

const BLOCK = 512;

interface Format {
  readonly name: string;
  readonly magic: readonly number[];
  decompress(input: Readable, signal: AbortSignal): Readable;
}

const formats: readonly Format[] = [
  {
    name: 'gzip',
    magic: [0x1f, 0x8b],
    decompress: input => piped(input, createGunzip()),
  },
  {
    name: 'zstd',
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    decompress: input => piped(input, createZstdDecompress()),
  },
  {
    name: 'bzip2',
    magic: [0x42, 0x5a, 0x68],
    decompress: (input, signal) => throughProgram('bzip2', input, signal),
  },
  {
    name: 'xz',
    magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    decompress: (input, signal) => throughProgram('xz', input, signal),
  },
];

/**
 * The bytes of a tar archive, decompressed, or undefined when the file is none:
 * its first bytes decide, not its name.
 *
 * @throws {@link BuilderError} `unsupported` from the stream when the program for
 * bzip2 or xz is not there
 */
export async function openDecompressed(
  tree: FileTree,
  file: Entry,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  const start = await readStart(await tree.open(file));
  const format = formats.find(({ magic }) =>
    magic.every((byte, index) => start[index] === byte),
  );
  if (!format) {
    return isTarHeader(start) ? tree.open(file) : undefined;
  }
  const open = async () => format.decompress(await tree.open(file), signal);
  let inner: Buffer;
  try {
    inner = await readStart(await open());
  } catch (error) {
    // Broken or no archive at all: BuildKit copies such a file as it is.
    if (error instanceof BuilderError) throw error;
    return undefined;
  }
  return isTarHeader(inner) ? open() : undefined;
}

async function readStart(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= BLOCK) break;
  }
  stream.destroy();
  return Buffer.concat(chunks).subarray(0, BLOCK);
}

/** A header whose checksum is right. */
function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const written = parseInt(block.toString('latin1', 148, 156).trim(), 8);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block[i];
  return written === sum;
}

function piped<T extends NodeJS.ReadWriteStream & Readable>(
  input: Readable,
  transform: T,
): Readable {
  input.on('error', error => transform.destroy(error));
  transform.on('close', () => input.destroy());
  return input.pipe(transform);
}

function throughProgram(
  program: 'bzip2' | 'xz',
  input: Readable,
  signal: AbortSignal,
): Readable {
  const output = new PassThrough();
  const child = spawn(program, ['-dc'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    signal,
  });
  child.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') return;
    output.destroy(
      cause.code === 'ENOENT'
        ? new BuilderError(
            'unsupported',
            `an archive is compressed with ${program}, which is not installed on this machine: install ${program}, or compress the archive with gzip or zstd`,
          )
        : cause,
    );
  });
  child.stdin.on('error', () => input.destroy());
  child.on('close', code => {
    if (code !== 0 && !output.destroyed) {
      output.destroy(new Error(`${program} could not read it`));
    }
  });
  input.on('error', error => output.destroy(error));
  output.on('close', () => {
    input.destroy();
    child.kill('SIGKILL');
  });
  input.pipe(child.stdin);
  child.stdout.on('data', chunk => {
    if (!output.write(chunk)) {
      child.stdout.pause();
      output.once('drain', () => child.stdout.resume());
    }
  });
  child.stdout.on('end', () => {
    if (child.exitCode !== null) output.end();
    else child.on('close', code => code === 0 && output.end());
  });
  return output;
}
