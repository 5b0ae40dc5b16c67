import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const BACKEND = 'plugins/buildog-backend/src';
/** Adapters at the edge: each may use domain and interfaces, none another. */
const ADAPTERS = [
  'kubernetes',
  'local',
  'release',
  'logs',
  'sources',
  'catalog',
];
const MAX_LINES = 400;

interface SourceFile {
  path: string;
  lines: number;
  /** Imported packages, and imported files as paths below the root. */
  imports: string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(
    entry => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const skip = ['node_modules', 'dist', 'dist-types', 'coverage'];
        return skip.includes(entry.name) ? [] : sourceFiles(path);
      }
      return /\.(ts|tsx|mjs)$/.test(entry.name) ? [read(path)] : [];
    },
  );
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map(match => {
    const target = match[1] ?? match[2];
    return target.startsWith('.')
      ? relative(root, resolve(root, dirname(path), target))
      : target;
  });
  return { path, lines: text.split('\n').length - 1, imports };
}

function isTest(file: SourceFile): boolean {
  return /\.(test|contract)\.tsx?$|\/testing\/|\/__|\.fixture\./.test(
    file.path,
  );
}

/** Asserts that no file of `from` imports anything that `forbidden` names. */
function refuse(
  from: SourceFile[],
  forbidden: (target: string) => boolean,
  rule: string,
) {
  const found = from.flatMap(file =>
    file.imports.filter(forbidden).map(target => `${file.path} -> ${target}`),
  );
  assert.deepEqual(found, [], rule);
}

const below = (folder: string) => (target: string) =>
  target === folder || target.startsWith(`${folder}/`);

const backend = statSync(join(root, BACKEND), { throwIfNoEntry: false })
  ? sourceFiles(BACKEND).filter(file => !isTest(file))
  : [];
const inBackend = (part: string) =>
  backend.filter(file => file.path.startsWith(`${BACKEND}/${part}/`));

describe('the controller', () => {
  it('keeps its domain pure', () => {
    const domain = inBackend('domain');
    assert.ok(domain.length > 0, 'the domain has files');
    refuse(
      domain,
      target =>
        // Hashing is pure; what makes random ids is looked for below.
        (target.startsWith('node:') && target !== 'node:crypto') ||
        target.startsWith('@kubernetes/') ||
        ['knex', 'express', 'undici', 'fs', 'path'].includes(target) ||
        ['http', 'controller', 'store', ...ADAPTERS].some(part =>
          below(`${BACKEND}/${part}`)(target),
        ),
      'domain/ does no I/O and knows no adapter',
    );
    for (const file of domain) {
      const text = readFileSync(join(root, file.path), 'utf8');
      const impure =
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(/;
      assert.ok(
        !impure.test(text),
        `${file.path} reads a clock or makes an id`,
      );
    }
  });

  for (const adapter of ADAPTERS) {
    it(`lets ${adapter}/ import no other adapter`, () => {
      refuse(
        inBackend(adapter),
        target =>
          ['http', 'controller', ...ADAPTERS]
            .filter(part => part !== adapter)
            .some(part => below(`${BACKEND}/${part}`)(target)),
        'adapters never import each other, the controller or http',
      );
    });
  }

  it('keeps adapters out of its routes and its loop', () => {
    for (const part of ['http', 'controller']) {
      refuse(
        inBackend(part),
        target =>
          target.startsWith('@kubernetes/') ||
          target.startsWith('@aws-sdk/') ||
          ['kubernetes', 'local', 'sources'].some(adapter =>
            below(`${BACKEND}/${adapter}`)(target),
          ),
        `${part}/ sees interfaces only`,
      );
    }
  });

  it('has one composition root', () => {
    const roots = backend.filter(file =>
      ['http', 'controller', 'kubernetes'].every(part =>
        file.imports.some(below(`${BACKEND}/${part}`)),
      ),
    );
    assert.ok(
      roots.every(file => /\/(plugin|compose[A-Z]?\w*)\.ts$/.test(file.path)),
      `only plugin.ts sees everything, not ${roots.map(f => f.path)}`,
    );
  });
});

describe('packages', () => {
  const files = ['plugins', 'packages'].flatMap(sourceFiles);

  it('keep the isomorphic one free of Node.js', () => {
    refuse(
      files.filter(
        f => f.path.startsWith('plugins/buildog-common/src') && !isTest(f),
      ),
      target => target.startsWith('node:') || target.includes('backend'),
      'buildog-common runs in browsers',
    );
  });

  it('keep the page free of the backend', () => {
    refuse(
      files.filter(f => f.path.startsWith('plugins/buildog/src')),
      target =>
        target.startsWith('node:') ||
        /^@buildog\/(plugin-buildog-(backend|node)|oci|agent)/.test(target),
      'the page knows buildog-common only',
    );
  });

  it('keep oci and agent free of Backstage', () => {
    refuse(
      files.filter(f => /^packages\/(oci|agent)\/src/.test(f.path)),
      target =>
        target.startsWith('@backstage/') ||
        target.startsWith('@buildog/plugin'),
      'oci and agent are plain libraries',
    );
  });

  it('keep the add-ons behind the extension points', () => {
    refuse(
      files.filter(f => /^plugins\/buildog-backend-module-/.test(f.path)),
      target => target === '@buildog/plugin-buildog-backend',
      'a scheduler needs buildog-node only, like a third party',
    );
  });
});

describe('house style', () => {
  const files = ['plugins', 'packages', 'test', 'scripts'].flatMap(sourceFiles);

  it(`has no file above ${MAX_LINES} lines`, () => {
    const long = files.filter(file => file.lines > MAX_LINES);
    assert.deepEqual(
      long.map(file => `${file.path}: ${file.lines}`),
      [],
    );
  });

  it('keeps the median source file small', () => {
    const sizes = files
      .filter(file => !isTest(file))
      .map(file => file.lines)
      .sort((a, b) => a - b);
    const median = sizes[Math.floor(sizes.length / 2)];
    assert.ok(median <= 90, `median is ${median} lines`);
  });
});
