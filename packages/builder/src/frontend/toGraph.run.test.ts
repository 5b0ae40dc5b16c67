import {
  alpine,
  chain,
  created,
  operationOf,
  planError,
  planOne,
} from './__testUtils__/plan';

const path =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function run(text: string, options: Parameters<typeof planOne>[1] = {}) {
  const image = await planOne(`FROM alpine\n${text}`, options);
  const exec = operationOf(image.root, 'exec');
  return { image, exec, createdBy: created(image).at(-1) };
}

describe('RUN', () => {
  it.each([
    [
      'RUN a && b',
      ['/bin/sh', '-c', 'a && b'],
      'RUN /bin/sh -c a && b # buildkit',
    ],
    ['RUN ["a", "$b"]', ['a', '$b'], 'RUN a $b # buildkit'],
    ['RUN', ['/bin/sh', '-c', ''], 'RUN /bin/sh -c  # buildkit'],
    [
      'SHELL ["/bin/bash", "-ec"]\nRUN a',
      ['/bin/bash', '-ec', 'a'],
      'RUN /bin/bash -ec a # buildkit',
    ],
    [
      'RUN <<EOF\na\n\tb\nEOF',
      ['/bin/sh', '-c', 'a\n\tb\n'],
      'RUN /bin/sh -c a\n\tb\n # buildkit',
    ],
    [
      'RUN <<-EOF\n\ta\n\tEOF',
      ['/bin/sh', '-c', 'a\n'],
      'RUN /bin/sh -c a\n # buildkit',
    ],
    [
      'RUN cat <<-A <<B\n\t1\n\tA\n2\nB',
      ['/bin/sh', '-c', 'cat <<-A <<B\n\t1\nA\n2\nB'],
      undefined,
    ],
  ])('%j', async (text, args, createdBy) => {
    const result = await run(text);
    expect(result.exec.args).toEqual(args);
    expect(result.createdBy).toBe(createdBy ?? result.createdBy);
    expect(result.image.history.at(-1)?.vertex).toBe(result.image.root);
  });

  it('runs a heredoc that names its interpreter as a program', async () => {
    const { image, exec } = await run(
      'RUN <<-EOF\n#!/usr/bin/env python3\n\tprint(1)\n\tEOF',
    );
    expect(exec.args).toEqual(['/bin/sh', '-c', '/dev/pipes/EOF']);
    expect(exec.mounts).toEqual([
      {
        type: 'bind',
        target: '/dev/pipes/',
        input: 1,
        source: '/',
        writable: false,
      },
    ]);
    expect(operationOf(image.root.inputs[1], 'inline').files).toEqual([
      {
        name: 'EOF',
        content: '#!/usr/bin/env python3\nprint(1)\n',
        mode: 0o755,
      },
    ]);
  });

  it('sees ENV and ARG, where it is, and who it is', async () => {
    const { image, exec, createdBy } = await run(
      'ARG a=1\nARG none\nARG b=$a\nENV c=3 a=2\nUSER 5:6\nWORKDIR x\nRUN y',
      { hostname: 'h', extraHosts: [{ host: 'db', address: '10.0.0.1' }] },
    );
    expect(exec).toEqual({
      kind: 'exec',
      args: ['/bin/sh', '-c', 'y'],
      env: [path, 'b=1', 'c=3', 'a=2'],
      cwd: '/x',
      user: '5:6',
      mounts: [],
      network: 'default',
      security: 'sandbox',
      platform: { os: 'linux', architecture: 'amd64' },
      hostname: 'h',
      extraHosts: [{ host: 'db', address: '10.0.0.1' }],
    });
    expect(createdBy).toBe('RUN |3 a=2 none= b=1 /bin/sh -c y # buildkit');
    expect(image.config.config?.Env).toEqual([path, 'c=3', 'a=2']);
  });

  it('gets proxies beside its environment, and leaves no trace of them', async () => {
    const { image, exec } = await run('RUN x', {
      buildArgs: { https_proxy: 'http://p:1', NO_PROXY: 'a', HTTP_PROXY: '' },
    });
    expect(exec.proxyEnv).toEqual([
      ...['HTTPS_PROXY=http://p:1', 'https_proxy=http://p:1'],
      ...['NO_PROXY=a', 'no_proxy=a'],
    ]);
    expect(exec.env).toEqual([path]);
    expect(JSON.stringify(image.history.map(({ entry }) => entry))).not.toMatch(
      /proxy/i,
    );
  });

  it('takes network, security and the sandbox host name', async () => {
    const { exec } = await run('RUN --network=none --security=insecure x', {
      buildArgs: { BUILDKIT_SANDBOX_HOSTNAME: 'box' },
    });
    expect(exec).toMatchObject({
      network: 'none',
      security: 'insecure',
      hostname: 'box',
    });
  });

  it('on Windows runs cmd', async () => {
    const windows = {
      os: 'windows',
      architecture: 'amd64',
      'os.version': '10.0.1',
    };
    const { exec, image } = await run('RUN dir', { platforms: [windows] });
    expect(exec.args).toEqual(['cmd', '/S', '/C', 'dir']);
    expect(exec.env).toEqual([]);
    expect(image.config).toMatchObject(windows);
  });

  it('refuses an empty list', async () => {
    expect((await planError('FROM alpine\nRUN []')).message).toContain(
      'names no program',
    );
  });
});

describe('RUN --mount', () => {
  const mounts = async (text: string) => {
    const { exec, image } = await run(`ENV d=dir\nWORKDIR /w\nRUN ${text} x`, {
      images: { 'docker.io/library/node:22': {} },
    });
    return { mounts: exec.mounts, inputs: image.root.inputs };
  };
  const owner = { uid: 0, gid: 0 };

  it.each([
    [
      '--mount=target=a',
      { type: 'bind', target: '/w/a', input: 1, source: '/', writable: false },
    ],
    [
      '--mount=type=bind,source=./$d/,target=/a/../b,rw',
      { type: 'bind', target: '/b', input: 1, source: '/dir', writable: true },
    ],
    [
      '--mount=type=cache,target=/c/',
      {
        type: 'cache',
        target: '/c',
        id: '/c',
        sharing: 'shared',
        readonly: false,
        mode: 0o755,
        source: '/',
        ...owner,
      },
    ],
    [
      '--mount=type=cache,target=c',
      {
        type: 'cache',
        target: '/w/c',
        id: 'c',
        sharing: 'shared',
        readonly: false,
        mode: 0o755,
        source: '/',
        ...owner,
      },
    ],
    [
      '--mount=type=cache,id=$d,target=c,sharing=locked,uid=1,gid=2,mode=0700,ro',
      {
        type: 'cache',
        target: '/w/c',
        id: 'dir',
        sharing: 'locked',
        readonly: true,
        mode: 0o700,
        source: '/',
        uid: 1,
        gid: 2,
      },
    ],
    [
      '--mount=type=cache,target=/c,from=node:22,source=x',
      {
        type: 'cache',
        target: '/c',
        id: '/c',
        sharing: 'shared',
        readonly: false,
        mode: 0o755,
        source: '/x',
        input: 1,
        ...owner,
      },
    ],
    ['--mount=type=tmpfs,target=/t', { type: 'tmpfs', target: '/t' }],
    [
      '--mount=type=tmpfs,target=/t,size=1k',
      { type: 'tmpfs', target: '/t', size: 1024 },
    ],
    [
      '--mount=type=secret,id=a/b',
      {
        type: 'secret',
        id: 'a/b',
        target: '/run/secrets/b',
        required: false,
        mode: 0o400,
        ...owner,
      },
    ],
    [
      '--mount=type=secret,target=/x/tok,required,mode=0444,uid=3',
      {
        type: 'secret',
        id: 'tok',
        target: '/x/tok',
        required: true,
        mode: 0o444,
        uid: 3,
        gid: 0,
      },
    ],
    [
      '--mount=type=secret,id=t,env=TOKEN',
      {
        type: 'secret',
        id: 't',
        env: 'TOKEN',
        required: false,
        mode: 0o400,
        ...owner,
      },
    ],
    [
      '--mount=type=secret,id=t,env=',
      {
        type: 'secret',
        id: 't',
        env: 't',
        required: false,
        mode: 0o400,
        ...owner,
      },
    ],
    [
      '--mount=type=ssh',
      {
        type: 'ssh',
        id: 'default',
        target: '/run/buildkit/ssh_agent.0',
        required: false,
        mode: 0o600,
        ...owner,
      },
    ],
    [
      '--mount=type=ssh,id=k,target=/s,required',
      {
        type: 'ssh',
        id: 'k',
        target: '/s',
        required: true,
        mode: 0o600,
        ...owner,
      },
    ],
  ])('%s', async (text, mount) => {
    expect((await mounts(text)).mounts).toEqual([mount]);
  });

  it('share inputs, and take them from stages, images and the context', async () => {
    const image = await planOne(
      [
        'FROM alpine AS tools',
        'RUN make',
        'FROM alpine',
        'RUN --mount=from=tools,target=/a --mount=from=Tools,source=b,target=/b --mount=from=node:22,target=/c --mount=target=/d x',
      ].join('\n'),
      { images: { 'docker.io/library/node:22': {} } },
    );
    const { mounts: all } = operationOf(image.root, 'exec');
    expect(all.map(mount => mount.type === 'bind' && mount.input)).toEqual([
      1, 1, 2, 3,
    ]);
    expect(image.root.inputs.map(input => input.operation.kind)).toEqual([
      ...['image', 'exec', 'image', 'context'],
    ]);
  });

  it('tell programs where the agent is, unless somebody did', async () => {
    const socket = 'SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0';
    const first = await run('RUN --mount=type=ssh --mount=type=ssh,id=b x');
    expect(first.exec.env).toEqual([path, socket]);
    expect(first.exec.mounts[1]).toMatchObject({
      target: '/run/buildkit/ssh_agent.1',
    });
    const second = await run('ENV SSH_AUTH_SOCK=/mine\nRUN --mount=type=ssh x');
    expect(second.exec.env).toEqual([path, 'SSH_AUTH_SOCK=/mine']);
  });

  it.each([
    ['--mount=type=bind', 'needs a target that is not /'],
    ['--mount=type=tmpfs,target=/..', 'needs a target that is not /'],
    ['--mount=typ=bind,target=/x', 'did you mean type?'],
  ])('refuses %s', async (text, message) => {
    const error = await planError(`FROM alpine\nRUN ${text} x`);
    expect(error.message).toContain(message);
  });

  it('keeps vertices of the base', async () => {
    const { image } = await run('RUN a\nRUN b');
    expect(chain(image.root).map(({ label }) => label.title)).toEqual([
      expect.stringMatching(
        `^\\[1/3\\] FROM ${alpine.replace(':latest', '')}@`,
      ),
      '[2/3] RUN a',
      '[3/3] RUN b',
    ]);
  });
});
