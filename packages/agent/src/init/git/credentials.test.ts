import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  dockerfile,
  inputFor,
  runInit,
  type InputChange,
} from '../../testing/initRuns';
import { commit, makeRepository } from '../../testing/makeRepository';
import { startGitServer, type GitServer } from '../../testing/startGitServer';
import { temporaryFolder } from '../../testing/temporaryFolder';

let root: string;
let server: GitServer;

beforeAll(async () => {
  root = temporaryFolder('buildog-git');
  server = await startGitServer({ root });
});

afterAll(() => server.close());

const input = (repository: string, revision: string, change?: InputChange) =>
  inputFor(server, repository, revision, change);

describe('credentials', () => {
  const credential = {
    type: 'https',
    username: 'bot',
    password: 's3cret-canary',
  };
  let guarded: GitServer;
  let revision: string;

  beforeAll(async () => {
    makeRepository(join(root, 'private.git'));
    revision = commit(join(root, 'private.git'), { Dockerfile: dockerfile });
    guarded = await startGitServer({ root, credential: 'bot:s3cret-canary' });
  });

  afterAll(() => guarded.close());

  const at = (more: object = {}) =>
    input('private.git', revision, {
      git: { url: `${guarded.url}/private.git`, ...more },
    });

  it('open a private repository and leave no trace', async () => {
    const { result, lines, path } = await runInit(
      at({ keepGitDirectory: true }),
      {
        ...credential,
        host: guarded.host,
      },
    );
    expect(result.ok).toBe(true);
    const everything = [
      ...lines,
      ...readdirSync(path('.'), { recursive: true })
        .map(name => path(String(name)))
        .filter(name => lstatSync(name).isFile())
        .map(name => readFileSync(name, 'latin1')),
    ].join('\n');
    expect(everything).not.toContain('canary');
    expect(everything).not.toContain(
      Buffer.from('bot:s3cret-canary').toString('base64'),
    );
  });

  it('are asked for when they are missing', async () => {
    const { failure, message } = await runInit(at());
    expect(failure).toBe('GitRemotePrivate');
    expect(message).toContain('configure a credential');
  });

  it('are said to be refused, without being quoted', async () => {
    const { failure, message, lines } = await runInit(at(), {
      ...credential,
      host: guarded.host,
      password: 'wrong-canary',
    });
    expect(failure).toBe('GitRemotePrivate');
    expect(`${message}${lines.join()}`).not.toContain('canary');
  });

  it('never go to another host', async () => {
    const { failure } = await runInit(at(), {
      ...credential,
      host: 'git.example.org',
    });
    expect(failure).toBe('CredentialInvalid');
  });

  it('may not stand in the URL, and are not quoted from there', async () => {
    const { failure, message } = await runInit(
      at({ url: `http://bot:s3cret-canary@${guarded.host}/private.git` }),
    );
    expect(failure).toBe('GitTransportRefused');
    expect(message).not.toContain('canary');
  });

  it('must be of the known shape', async () => {
    const { failure, message } = await runInit(at(), {
      type: 'https',
      pass: 'x',
    });
    expect(failure).toBe('CredentialInvalid');
    expect(message).toMatch(/host/);
  });

  it('do not follow a redirect to another host', async () => {
    const thief = await startGitServer({ root });
    const redirecting = await startGitServer({
      root,
      intercept: (request, response) => {
        response.writeHead(302, { location: `${thief.url}${request.url}` });
        response.end();
        return true;
      },
    });
    try {
      const { failure, message } = await runInit(
        at({ url: `${redirecting.url}/private.git` }),
        { ...credential, host: redirecting.host },
      );
      expect(failure).toBe('GitRedirectRefused');
      expect(message).toContain(thief.host);
      expect(thief.requests).toEqual([]);
    } finally {
      await Promise.all([thief.close(), redirecting.close()]);
    }
  });

  it('follow a redirect on the same host', async () => {
    const redirecting = await startGitServer({
      root,
      credential: 'bot:s3cret-canary',
      intercept: (request, response) => {
        if (request.url?.startsWith('/private.git/')) return false;
        const location = request.url?.replace('/private/', '/private.git/');
        response.writeHead(301, { location });
        response.end();
        return true;
      },
    });
    try {
      const { result } = await runInit(
        at({ url: `${redirecting.url}/private` }),
        {
          ...credential,
          host: redirecting.host,
        },
      );
      expect(result.ok).toBe(true);
    } finally {
      await redirecting.close();
    }
  });

  it('give up on redirects without end', async () => {
    const turning = await startGitServer({
      root,
      intercept: (request, response) => {
        response.writeHead(302, { location: request.url });
        response.end();
        return true;
      },
    });
    try {
      const { failure } = await runInit(
        at({ url: `${turning.url}/private.git` }),
      );
      expect(failure).toBe('GitRedirectRefused');
    } finally {
      await turning.close();
    }
  });
});
