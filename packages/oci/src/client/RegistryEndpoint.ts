import { Readable } from 'node:stream';
import { Authorizer } from '../auth/Authorizer';
import { Asked, errorFromResponse } from '../errors/errorFromResponse';
import { withRetry } from '../retry/withRetry';
import { HttpRequest, HttpSender } from '../transport/HttpSender';
import { RegistryResponse } from '../transport/RegistryResponse';
import { RetryPolicy } from './RegistryClientOptions';

/** One request to an endpoint. */
export interface EndpointRequest {
  readonly method: HttpRequest['method'];
  /** Path below the repository (`manifests/v1`), or a URL the registry gave. */
  readonly target: string | URL;
  /** Repository path as references have it. */
  readonly repository: string;
  /** `pull`, `push`, `delete`: what a token must allow. */
  readonly actions: readonly string[];
  /** Other repositories a token must allow to pull from. */
  readonly alsoPull?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** Answers that are no errors. */
  readonly expect: readonly number[];
  /** What is done, for errors: `pull manifest v1`. */
  readonly action: string;
  readonly signal?: AbortSignal;
  /** False for a caller with a retry of its own. Default: true. */
  readonly retry?: boolean;
}

/** Where an endpoint is and by what name credentials for it are found. */
export interface EndpointAddress {
  /** Host as it stands in references or in `mirrors`. */
  readonly registry: string;
  /** Scheme, host and port. */
  readonly origin: URL;
  /** Path that goes before the repository, of a mirror: `prefix` or empty. */
  readonly prefix: string;
}

/** A registry, or a mirror, as something that can be asked. */
export class RegistryEndpoint {
  readonly authorizer: Authorizer;

  constructor(
    readonly address: EndpointAddress,
    readonly sender: HttpSender,
    readonly retry: RetryPolicy,
    authorizer: Authorizer,
  ) {
    this.authorizer = authorizer;
  }

  /**
   * Sends a request with authorization, repeats it by the policy, and gives the
   * answer when its status is an expected one.
   */
  request(asked: EndpointRequest): Promise<RegistryResponse> {
    return asked.retry === false
      ? this.attempt(asked)
      : withRetry(this.retry, asked.signal, () => this.attempt(asked));
  }

  /** Resolves a URL the registry gave, by the rules for such URLs. */
  resolveLocation(location: string, response: RegistryResponse): URL {
    return this.sender.hosts.resolve(location, response.url, 'upload location');
  }

  private async attempt(asked: EndpointRequest): Promise<RegistryResponse> {
    const path = this.pathOf(asked.repository);
    const url = this.urlOf(path, asked.target);
    const { method, headers = {}, body, signal } = asked;
    // Some registries give upload locations on other hosts: no credential there.
    const isOurs = url.origin === this.address.origin.origin;
    let scopes: readonly string[] = this.scopesOf(path, asked);
    for (let rounds = 1; ; rounds++) {
      const authorization = isOurs
        ? await this.authorizer.authorize({ path, scopes, signal })
        : undefined;
      const response = await this.sender.send(
        { method, url, headers, body, signal },
        authorization?.header,
      );
      if (asked.expect.includes(response.status)) return response;
      if (response.status === 401 && isOurs && rounds === 1) {
        const more = await this.authorizer.learn(
          response,
          authorization,
          scopes,
        );
        if (more && !(body instanceof Readable)) {
          await response.discard();
          scopes = more;
          continue;
        }
      }
      throw await errorFromResponse(
        response,
        this.askedFor(asked),
        authorization?.secrets,
      );
    }
  }

  private askedFor({ action, repository }: EndpointRequest): Asked {
    return { action, host: this.address.registry, repository };
  }

  private pathOf(repository: string): string {
    const { prefix } = this.address;
    return prefix === '' ? repository : `${prefix}/${repository}`;
  }

  private urlOf(path: string, target: string | URL): URL {
    return target instanceof URL
      ? target
      : new URL(`/v2/${path}/${target}`, this.address.origin);
  }

  private scopesOf(path: string, asked: EndpointRequest): string[] {
    return [
      `repository:${path}:${asked.actions.join(',')}`,
      ...(asked.alsoPull ?? []).map(
        other => `repository:${this.pathOf(other)}:pull`,
      ),
    ];
  }
}
