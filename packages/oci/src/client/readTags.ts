import { z } from 'zod';
import { OciError } from '../errors/OciError';
import { isTag } from '../reference/parseReference';
import { CallOptions } from './callOptions';
import { readPages } from './pages';
import { RegistryEndpoint } from './RegistryEndpoint';

const tagsSchema = z.object({
  // Registries written in Go answer null for an empty list.
  tags: z.array(z.string().refine(isTag)).nullish(),
});

/** Lists tags in the registry's order, page by page. */
export async function* readTags(
  endpoint: RegistryEndpoint,
  repository: string,
  options: CallOptions & { readonly pageSize?: number },
): AsyncGenerator<string, void, undefined> {
  const { registry } = endpoint.address;
  const pages = readPages(
    endpoint,
    {
      target: `tags/list?n=${options.pageSize ?? 1000}`,
      repository,
      action: 'list tags',
    },
    options,
  );
  for await (const { json } of pages) {
    const page = tagsSchema.safeParse(json);
    if (!page.success) {
      throw new OciError(
        'registryFault',
        `${registry}/${repository} answered with something else than a list of tags`,
        { host: registry, repository },
      );
    }
    yield* page.data.tags ?? [];
  }
}
