import type {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import type { Request } from 'express';
import type { CallerAccess } from './access/BuildAccess';
import type { HttpContext } from './HttpContext';

/** Who sent a request. */
export interface Sender {
  credentials: BackstageCredentials<
    BackstageUserPrincipal | BackstageServicePrincipal
  >;
  /** Entity ref of a person, or the subject of a service. */
  name: string;
  isService: boolean;
  /** When the credentials end. */
  expiresAt?: Date;
}

/** Who sent a request, and what they may do. */
export interface Caller extends Sender {
  access: CallerAccess;
}

/**
 * Says who sent a request: the first thing every route does.
 * @throws AuthenticationError of Backstage, which answers 401.
 */
export async function authenticate(
  { httpAuth }: HttpContext,
  request: Request,
): Promise<Sender> {
  const credentials = await httpAuth.credentials(request, {
    allow: ['user', 'service'],
  });
  const { principal, expiresAt } = credentials;
  return {
    credentials,
    name:
      principal.type === 'user' ? principal.userEntityRef : principal.subject,
    isService: principal.type === 'service',
    expiresAt,
  };
}

/** As {@link authenticate}, and asks what the sender may do. */
export async function identifyCaller(
  context: HttpContext,
  request: Request,
): Promise<Caller> {
  const sender = await authenticate(context, request);
  return { ...sender, access: await context.access.of(sender.credentials) };
}
