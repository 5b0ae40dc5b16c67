import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ClusterState } from '../cluster/clusterState.ts';
import {
  attempt,
  clusterOrReason,
  root,
  run,
} from './support/clusterPrograms.ts';

const CHART = join(root, 'deploy', 'helm', 'buildog');
const MANIFEST = 'deploy/manifests/buildog.yaml';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: object };
  spec: {
    egress?: { to: { ipBlock?: { cidr: string; except?: string[] } }[] }[];
  };
}

const found = clusterOrReason();
if (typeof found === 'string') {
  it('has nothing to render the chart with', () => {
    process.stderr.write(`chart: not rendered; ${found}\n`);
  });
} else {
  describeChart(found);
}

function describeChart(state: ClusterState) {
  const template = (...values: string[]) =>
    attempt(state, 'helm', [
      ...['template', 'buildog', CHART, '--namespace', 'backstage'],
      ...values.flatMap(value => ['--set-json', value]),
    ]);

  /** What helm rendered, read by kubectl. */
  async function objects(...values: string[]): Promise<Manifest[]> {
    const { code, stdout, stderr } = await template(...values);
    assert.equal(code, 0, stderr);
    const json = await run(
      state,
      'kubectl',
      ['create', '--dry-run=client', '-o', 'json', '-f', '-'],
      stdout,
    );
    // kubectl prints a List, or one document after another.
    return json
      .split(/\n(?=\{)/)
      .map(document => JSON.parse(document))
      .flatMap(document => document.items ?? [document]);
  }

  describe('the chart', () => {
    it('passes helm lint', async () => {
      await run(state, 'helm', ['lint', '--strict', CHART]);
    });

    it(`is what ${MANIFEST} holds`, async () => {
      const { stdout } = await template();
      const committed = readFileSync(join(root, MANIFEST), 'utf8');
      assert.equal(
        committed,
        stdout,
        `render it anew: helm template buildog deploy/helm/buildog --namespace backstage > ${MANIFEST}`,
      );
    });

    it('names its objects once', async () => {
      const names = (await objects('controller.watchNodes=true')).map(
        ({ kind, metadata }) =>
          `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      );
      assert.equal(new Set(names).size, names.length);
      assert.ok(names.some(name => name.startsWith('ClusterRole ')));
    });

    it('leaves out what is turned off', async () => {
      const kinds = (
        await objects(
          'controller.serviceAccount.create=false',
          'build.namespace.create=false',
          'build.quota.enabled=false',
          'build.limitRange.enabled=false',
          'networkPolicy.enabled=false',
        )
      ).map(({ kind }) => kind);
      assert.deepEqual([...new Set(kinds)].sort(), [
        'Role',
        'RoleBinding',
        'ServiceAccount',
      ]);
    });

    it('keeps cloud metadata out of reach, whatever range is allowed', async () => {
      const rendered = await objects(
        'networkPolicy.registries=[{"to":[{"ipBlock":{"cidr":"0.0.0.0/0","except":["169.254.0.0/16"]}}],"ports":[{"port":5000}]}]',
        'networkPolicy.git=[{"to":[{"namespaceSelector":{"matchLabels":{"team":"git"}},"podSelector":{"matchLabels":{"app":"gitea"}}}],"ports":[{"port":3000,"protocol":"TCP"}]}]',
        'networkPolicy.apiServer=[{"to":[{"ipBlock":{"cidr":"10.0.0.1/32"}}],"ports":[{"port":6443}]}]',
      );
      const policies = rendered.filter(({ kind }) => kind === 'NetworkPolicy');
      assert.deepEqual(policies.map(({ metadata }) => metadata.name).sort(), [
        'buildog-allow-builds',
        'buildog-allow-sidecars',
        'buildog-deny-all',
      ]);
      const blocks = policies
        .flatMap(({ spec }) => spec.egress ?? [])
        .flatMap(({ to }) => to.map(({ ipBlock }) => ipBlock))
        .filter(block => block?.cidr === '0.0.0.0/0');
      assert.equal(blocks.length, 2);
      for (const block of blocks) {
        assert.ok(block?.except?.includes('169.254.0.0/16'));
      }
    });

    it('renders every further option', async () => {
      const rendered = await objects(
        'seccomp.configMap=true',
        'networkPolicy.dns.cidrs=["169.254.20.10/32"]',
        'networkPolicy.extraEgress=[{"to":[{"ipBlock":{"cidr":"10.9.0.0/16"}}],"ports":[{"port":1}]}]',
        'build.namespace.labels={"team":"builds"}',
        'build.namespace.annotations={"a":"b"}',
        'controller.serviceAccount.annotations={"a":"b"}',
        'controller.namespace="portal"',
      );
      assert.ok(rendered.some(({ kind }) => kind === 'ConfigMap'));
      assert.ok(
        rendered.some(
          ({ kind, metadata }) =>
            kind === 'ServiceAccount' && metadata.namespace === 'portal',
        ),
      );
    });

    const refused: [string, string, RegExp][] = [
      ['a misspelt key', 'networkpolicy={}', /networkpolicy/],
      ['privileged pods', 'build.podSecurity.enforce="privileged"', /enforce/],
      [
        'a CPU limit for everybody',
        'build.limitRange.default.cpu="1"',
        /default/,
      ],
      ['a wrong range', 'networkPolicy.dns.cidrs=["everywhere"]', /cidrs/],
      [
        'a peer without ports',
        'networkPolicy.git=[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]',
        /ports/,
      ],
      [
        'link-local addresses',
        'networkPolicy.registries=[{"to":[{"ipBlock":{"cidr":"169.254.169.254/32"}}],"ports":[{"port":80}]}]',
        /link-local/,
      ],
      [
        'everything with cloud metadata in it',
        'networkPolicy.ingest=[{"to":[{"ipBlock":{"cidr":"0.0.0.0/0"}}],"ports":[{"port":80}]}]',
        /except/,
      ],
      [
        'builds beside Backstage',
        'build.namespace.name="backstage"',
        /one of their own/,
      ],
      ['a bad name', 'build.serviceAccounts.job="Not A Name"', /job/],
    ];
    for (const [what, value, message] of refused) {
      it(`refuses ${what}, saying which value`, async () => {
        const { code, stderr } = await template(value);
        assert.notEqual(code, 0);
        assert.match(stderr, message);
      });
    }
  });

  describe('the seccomp profile for buildah', () => {
    it('forbids what no build needs and keeps what buildah needs', () => {
      const profile = JSON.parse(
        readFileSync(join(CHART, 'files', 'buildog-buildah.json'), 'utf8'),
      );
      const names: string[] = profile.syscalls.flatMap(
        (rule: { names: string[] }) => rule.names,
      );
      for (const name of ['bpf', 'init_module', 'kexec_load', 'reboot']) {
        assert.ok(names.includes(name), name);
      }
      for (const name of ['unshare', 'mount', 'umount2', 'clone', 'chroot']) {
        assert.ok(!names.includes(name), name);
      }
      assert.deepEqual(names, [...new Set(names)].sort());
    });
  });
}
