/** Where the services listen on the node's address: fixed, so that an address says what it is. */
export const ports = {
  plainRegistry: 5000,
  tlsRegistry: 5443,
  tokenRegistry: 5444,
  tokenRealm: 5445,
  gitHttp: 8080,
  gitHttps: 8443,
  ssh: 2222,
  /** Loopback of the namespace: the registry behind the plain one's front. */
  plainRegistryBehind: 5001,
} as const;
