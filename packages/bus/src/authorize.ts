import type { Access, AnyRequest } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { PLATFORM } from '@takaro/contracts/subjects';
import type { TokenClaims } from '@takaro/contracts/token';
import type { TokenVerifier } from './verifier.ts';

/**
 * Decides whether the holder of a token may ask for something of a domain. The answering service always asks this, so who
 * skips the gateway gains nothing.
 * @throws ServiceError UNAUTHENTICATED, TOKEN_REFUSED, PERMISSION_DENIED
 */
export async function authorize(
  contract: AnyRequest,
  domainId: string,
  token: string | null,
  verifier: TokenVerifier,
): Promise<TokenClaims | null> {
  if (contract.access.kind === 'public') return null;
  if (!token) throw new ServiceError('UNAUTHENTICATED');
  const claims = await verifier.verify(token);
  if (claims.domainId !== domainId) throw new ServiceError('TOKEN_REFUSED');
  check(contract.access, claims);
  return claims;
}

function check(access: Exclude<Access, { kind: 'public' }>, claims: TokenClaims): void {
  switch (access.kind) {
    case 'admin':
      if (claims.kind !== 'admin') throw new ServiceError('TOKEN_REFUSED');
      return;
    case 'internal':
      if (claims.kind === 'admin' || (access.callers && !isOneOf(access.callers, claims))) throw new ServiceError('TOKEN_REFUSED');
      return;
    case 'domain':
      checkPermissions(access, claims);
  }
}

const isOneOf = (callers: readonly string[], claims: TokenClaims): boolean => claims.kind === 'service' && callers.includes(claims.issuer);

function checkPermissions(access: Extract<Access, { kind: 'domain' }>, { kind, permissions, domainId }: TokenClaims): void {
  if (kind === 'admin' || domainId === PLATFORM) throw new ServiceError('TOKEN_REFUSED');
  if (kind === 'service') return;
  if (kind === 'execution' && !access.executions) throw new ServiceError('PERMISSION_DENIED');
  if (permissions.includes('ROOT')) return;
  if (!access.permissions.every((code) => permissions.includes(code))) throw new ServiceError('PERMISSION_DENIED');
}
