/**
 * Resolves once the demo's guest may build all of these components. The
 * catalog reads its files after the backend is ready, and knows who owns what
 * later still; a token of before lacks the guest's teams, so each look signs
 * in anew.
 *
 * @param components - names, in the namespace `default`
 * @throws Error that says which is missing, after `timeoutMs`.
 */
export async function untilBuildable(
  baseUrl: string,
  components: readonly string[],
  timeoutMs = 120_000,
): Promise<void> {
  const missing = new Set(components);
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    const token = await guestToken(baseUrl);
    for (const name of missing) {
      if (token && (await mayBuild(baseUrl, token, name))) missing.delete(name);
    }
    if (missing.size === 0) return;
    await new Promise(done => setTimeout(done, 200));
  }
  throw new Error(
    `the catalog of ${baseUrl} does not know ${[...missing].join(
      ', ',
    )} as the guest's after ${timeoutMs / 1000} s`,
  );
}

async function guestToken(baseUrl: string): Promise<string | undefined> {
  const response = await fetch(`${baseUrl}/api/auth/guest/refresh`, {
    method: 'POST',
  });
  if (!response.ok) return undefined;
  const session = (await response.json()) as {
    backstageIdentity: { token: string };
  };
  return session.backstageIdentity.token;
}

async function mayBuild(
  baseUrl: string,
  token: string,
  name: string,
): Promise<boolean> {
  const response = await fetch(
    `${baseUrl}/api/buildog/v1/entities/component/default/${name}`,
    { headers: { authorization: `Bearer ${token}` } },
  );
  if (!response.ok) return false;
  const status = (await response.json()) as { mayBuild: boolean };
  return status.mayBuild;
}
