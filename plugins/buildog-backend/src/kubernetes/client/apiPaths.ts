/** Paths of a namespace's resources in the API. */
export function apiPaths(namespace: string) {
  const core = `/api/v1/namespaces/${namespace}`;
  return {
    jobs: `/apis/batch/v1/namespaces/${namespace}/jobs`,
    job: (name: string) =>
      `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`,
    pods: `${core}/pods`,
    pod: (name: string) => `${core}/pods/${name}`,
    podLog: (name: string) => `${core}/pods/${name}/log`,
    secrets: `${core}/secrets`,
    secret: (name: string) => `${core}/secrets/${name}`,
    events: `${core}/events`,
  };
}
