import type { Access, AnyRequest } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { EDGE_SERVICES } from '@takaro/contracts/services';
import { PLATFORM } from '@takaro/contracts/subjects';
import type { TokenClaims } from '@takaro/contracts/token';
import type { TokenVerifier } from './verifier.ts';

const EDGES: ReadonlySet<string> = new Set(EDGE_SERVICES);

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
      if (claims.kind === 'admin' || !mayCall(access.callers, claims)) throw new ServiceError('TOKEN_REFUSED');
      return;
    case 'domain':
      checkPermissions(access, claims);
  }
}

const mayCall = (callers: readonly string[] | null, claims: TokenClaims): boolean =>
  callers ? claims.kind === 'service' && callers.includes(claims.issuer) : !isEdge(claims);

/**
 * An edge can sign a service token of any domain. It acts with the tokens of users and executions instead: its own is good only where it
 * is named, so that who breaks into one has no domain in his hands.
 */
const isEdge = ({ kind, issuer }: TokenClaims): boolean => kind === 'service' && EDGES.has(issuer);

function checkPermissions(access: Extract<Access, { kind: 'domain' }>, claims: TokenClaims): void {
  const { kind, permissions, domainId } = claims;
  if (kind === 'admin' || domainId === PLATFORM || isEdge(claims)) throw new ServiceError('TOKEN_REFUSED');
  if (kind === 'service') return;
  if (kind === 'execution' && !access.executions) throw new ServiceError('PERMISSION_DENIED');
  if (permissions.includes('ROOT')) return;
  if (!access.permissions.every((code) => permissions.includes(code))) throw new ServiceError('PERMISSION_DENIED');
}
