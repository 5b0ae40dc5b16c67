import type { RequestHandler } from 'express';
import { identifyCaller } from './Caller';
import type { HttpContext } from './HttpContext';
import { RequestError } from './RequestError';

/** `GET /v1/signing-key`: the public key that verifies our signatures, as PEM. */
export function getSigningKey(context: HttpContext): RequestHandler {
  return async (request, response) => {
    await identifyCaller(context, request);
    if (!context.publicKey) {
      throw new RequestError(
        'NotFoundError',
        'Images are not signed: buildog.signing.cosign is not set.',
        { code: 'NotSigned' },
      );
    }
    response
      .type('application/x-pem-file')
      .set('content-disposition', 'attachment; filename="cosign.pub"')
      .send(context.publicKey);
  };
}
