import type {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import type { Request } from 'express';
import type { CallerAccess } from './access/BuildAccess';
import type { HttpContext } from './HttpContext';

/** Who sent a request, and what they may do. */
export interface Caller {
  credentials: BackstageCredentials<
    BackstageUserPrincipal | BackstageServicePrincipal
  >;
  /** Entity ref of a person, or the subject of a service. */
  name: string;
  isService: boolean;
  access: CallerAccess;
  /** When the credentials end. */
  expiresAt?: Date;
}

/**
 * Authenticates a request and asks what its sender may do: the first thing
 * every route does.
 * @throws AuthenticationError of Backstage, which answers 401.
 */
export async function identifyCaller(
  context: HttpContext,
  request: Request,
): Promise<Caller> {
  const credentials = await context.httpAuth.credentials(request, {
    allow: ['user', 'service'],
  });
  const { principal, expiresAt } = credentials;
  return {
    credentials,
    name:
      principal.type === 'user' ? principal.userEntityRef : principal.subject,
    isService: principal.type === 'service',
    access: await context.access.of(credentials),
    expiresAt,
  };
}
