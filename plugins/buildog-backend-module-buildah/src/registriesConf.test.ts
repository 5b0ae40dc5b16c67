import { buildahSettingsSchema } from './buildahSettings';
import { registriesConf } from './registriesConf';

const conf = (settings: object) =>
  registriesConf(
    buildahSettingsSchema.parse({ image: 'r.example/buildah', ...settings }),
  );

describe('registriesConf', () => {
  it('completes short names with Docker Hub, or with nothing', () => {
    expect(conf({})).toBe(
      'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n',
    );
    expect(conf({ shortNameRegistries: [] })).toContain('= []');
  });

  it('asks the stand-ins first, then the registry', () => {
    expect(
      conf({
        registryMap: { 'docker.io': ['a.example'] },
        registryMirrors: ['b.example/hub'],
        insecureRegistries: ['a.example'],
      }),
    ).toContain(`[[registry]]
prefix = "docker.io"
location = "docker.io"
insecure = false
[[registry.mirror]]
location = "a.example"
insecure = true
[[registry.mirror]]
location = "b.example/hub"
insecure = false

[[registry]]
prefix = "a.example"
location = "a.example"
insecure = true
`);
  });

  it('never asks the registry itself with mirrorsOnly', () => {
    const text = conf({
      registryMap: { 'quay.io': ['a.example', 'b.example'] },
      mirrorsOnly: true,
    });
    expect(text).not.toContain('location = "quay.io"');
    expect(text).toContain(
      'location = "b.example"\ninsecure = false\n[[registry.mirror]]\nlocation = "a.example"',
    );
  });
});
