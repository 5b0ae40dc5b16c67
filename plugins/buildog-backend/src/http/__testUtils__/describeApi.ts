import { TestDatabases } from '@backstage/backend-test-utils';
import { TestApi } from './TestApi';

/** Runs tests of the routes, each on a store of its own. */
export function describeApi(
  name: string,
  body: (current: { api: TestApi }) => void,
): void {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  describe(`${name}`, () => {
    const current = {} as { api: TestApi };

    beforeEach(async () => {
      current.api = await TestApi.create(await databases.init('SQLITE_3'));
    });

    body(current);
  });
}
