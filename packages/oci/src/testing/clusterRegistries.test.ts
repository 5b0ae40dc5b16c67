import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterRegistries } from './clusterRegistries';
import { temporaryDirectory } from './writeLayout';

describe('clusterRegistries', () => {
  it('fails without a cluster where one is required', () => {
    expect(() => clusterRegistries({ BUILDOG_REQUIRE_CLUSTER: '1' })).toThrow(
      'start the test cluster',
    );
  });

  it('says why it has none', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(clusterRegistries({})).toEqual({
      registries: [],
      absent: expect.stringContaining('BUILDOG_TEST_CLUSTER'),
    });
    expect(write).toHaveBeenCalledWith(expect.stringContaining('skipped'));
    write.mockRestore();
  });

  it('reads them by name', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'cluster.json');
    const plain = { host: 'r:5000', scheme: 'http' };
    await writeFile(file, JSON.stringify({ registries: { plain } }));
    expect(clusterRegistries({ BUILDOG_TEST_CLUSTER: file })).toEqual({
      registries: [{ ...plain, name: 'plain' }],
    });
    await rm(directory, { recursive: true });
  });
});
