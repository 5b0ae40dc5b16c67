import type { BuildScheduler } from '../scheduler/BuildScheduler';
import type { BuildContainer } from '../scheduler/PreparedBuild';
import {
  BASELINE_CAPABILITIES,
  builderImageSetting,
} from '../scheduler/builderSettings';
import { schedulerTask, workspaceLayout } from './schedulerTask';

const DNS_LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const OUR_CONTAINERS = ['init', 'publish', 'sidecar', 'proxy'];
const SHELLS =
  /(^|\/)(sh|ash|bash|dash|ksh|zsh|busybox|env|xargs|powershell|cmd)(\.exe)?$/;
const CREDENTIAL =
  /TOKEN|PASSWORD|SECRET|CREDENTIAL|DOCKER_(AUTH_)?CONFIG|REGISTRY_AUTH|(ACCESS|API|PRIVATE)_KEY|^AWS_|^AZURE_/;
const SYSTEM_DIRS =
  /^\/(proc|sys|dev|etc|bin|usr|lib|var\/run|run\/secrets|buildog\/(credentials|input))(\/|$)/;

/** The part of the contract about one prepared build. */
export function describePreparedBuild<TSettings>(
  scheduler: BuildScheduler<TSettings>,
  settings: TSettings,
  commands: string[],
): void {
  const workspace = workspaceLayout();
  const task = schedulerTask();
  const prepared = scheduler.prepare(task, workspace, settings);
  const each = (check: (container: BuildContainer) => void) =>
    prepared.containers.forEach(check);

  it('is pure: the same again, and its input untouched', () => {
    const frozen = deepFreeze(schedulerTask());
    const again = scheduler.prepare(
      frozen,
      deepFreeze(workspaceLayout()),
      deepFreeze(structuredClone(settings)),
    );
    expect(again).toEqual(prepared);
  });

  it('moves with its folders: it knows no path but those it is given', () => {
    const moved = scheduler.prepare(task, workspaceLayout('/else/w'), settings);
    expect(
      JSON.parse(JSON.stringify(moved).replaceAll('/else/w', '/buildog')),
    ).toEqual(JSON.parse(JSON.stringify(prepared)));
    expect(JSON.stringify(moved)).not.toMatch(/\/buildog[/"]/);
  });

  it('names its containers apart from ours', () => {
    const names = prepared.containers.map(container => container.name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(DNS_LABEL);
      expect(OUR_CONTAINERS).not.toContain(name);
    }
  });

  it('starts a program it names, never a shell', () => {
    each(({ command, args }) => {
      expect(command?.length).toBeGreaterThan(0);
      expect(commands).toContain(command?.[0]);
      for (const word of command ?? []) expect(word).not.toMatch(SHELLS);
      for (const arg of args) expect(arg).not.toMatch(SHELLS);
      expect(args).not.toContain('-c');
    });
  });

  it('uses well-formed images', () => {
    each(({ image }) =>
      expect(() => builderImageSetting.parse(image)).not.toThrow(),
    );
  });

  it('stays within the PodSecurity level it declares', () => {
    each(({ security }) => {
      const { addCapabilities: added, seccomp } = security;
      if (prepared.needs.podSecurity === 'restricted') {
        expect(security.runAsNonRoot).toBe(true);
        expect(security.runAsUser).not.toBe(0);
        expect(security.allowPrivilegeEscalation).toBe(false);
        expect(added.filter(name => name !== 'NET_BIND_SERVICE')).toEqual([]);
        expect(seccomp).not.toBe('Unset');
      } else {
        const admitted: readonly string[] = BASELINE_CAPABILITIES;
        expect(added.filter(name => !admitted.includes(name))).toEqual([]);
      }
      expect(new Set(added).size).toBe(added.length);
      expect(security.runAsNonRoot && security.runAsUser === 0).toBe(false);
    });
  });

  it('mounts nothing but empty folders and small public files', () => {
    each(({ emptyDirs, files = {} }) => {
      const taken = Object.values(workspace);
      for (const { name, mountPath } of emptyDirs) {
        expect(name).toMatch(DNS_LABEL);
        expect(mountPath).toMatch(/^(\/[^/.][^/]*)+$/);
        expect(mountPath).not.toMatch(SYSTEM_DIRS);
        for (const dir of taken) expect(overlap(dir, mountPath)).toBe(false);
        taken.push(mountPath);
      }
      for (const [name, text] of Object.entries(files)) {
        expect(name).toMatch(/^[a-z0-9][a-z0-9.-]{0,62}$/);
        expect(text).not.toMatch(/PRIVATE KEY|"auths"/);
      }
      const bytes = Buffer.byteLength(Object.values(files).join(''));
      expect(bytes).toBeLessThanOrEqual(262_144);
    });
  });

  it('puts its result below the output folder', () => {
    expect(prepared.output.type).toBe('OciLayout');
    expect(prepared.output.path).toMatch(/^\/buildog\/output(\/[a-z0-9-]+)*$/);
  });

  it('has no place for a credential in its environment', () => {
    each(({ env }) => {
      for (const [name, value] of Object.entries(env)) {
        expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
        expect(name).not.toMatch(CREDENTIAL);
        expect(value).not.toMatch(/:\/\/[^/]*@/);
      }
    });
  });
}

function overlap(left: string, right: string): boolean {
  return (
    `${left}/`.startsWith(`${right}/`) || `${right}/`.startsWith(`${left}/`)
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
