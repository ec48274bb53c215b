import { createSigner, type ClaimsToSign, type PrivateSigningKey } from '@takaro/bus';
import type { AnyRequest, TokenKind } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import type { ServiceName } from '@takaro/contracts/services';
import { PLATFORM } from '@takaro/contracts/subjects';
import { generateKey, type SigningKeys } from './keys.ts';

/** Bus tokens for tests, signed by the keys that the services of the world trust, unless they say otherwise. */
export interface Tokens {
  /** @default permissions ROOT */
  user(domainId: string, permissions?: readonly string[], userId?: string): Promise<string>;
  execution(domainId: string, claims?: Partial<ClaimsToSign>): Promise<string>;
  service(name: ServiceName, domainId: string): Promise<string>;
  admin(): Promise<string>;
  /** Of a user with ROOT, a minute past its time. */
  expired(domainId: string): Promise<string>;
  /** Of a user with ROOT, signed by a key that nobody trusts but that bears the name of one that is. */
  forged(domainId: string): Promise<string>;
  /** Signed by a trusted key and with ROOT, but of a kind that the operation does not take. */
  ofWrongKind(contract: AnyRequest, domainId: string): Promise<string>;
  /** The kind that the operation takes, with all it needs. */
  rightFor(contract: AnyRequest, domainId: string): Promise<string | undefined>;
}

const ROOT = ['ROOT'];

export function createTokens(keys: SigningKeys): Tokens {
  const keyOf = (kind: TokenKind, issuer: ServiceName): PrivateSigningKey => {
    const key = keys.private.find((one) => one.kind === kind && one.issuer === issuer);
    if (!key) throw new Error(`there is no key of ${issuer} for tokens of kind ${kind}`);
    return key;
  };
  const sign = (kind: TokenKind, issuer: ServiceName, claims: ClaimsToSign) => createSigner(keyOf(kind, issuer)).sign(claims);
  const rootOf = (domainId: string): ClaimsToSign => ({ subject: newId(), domainId, permissions: ROOT });

  const tokens: Tokens = {
    user: (domainId, permissions = ROOT, userId = newId()) => sign('user', 'tenancy', { subject: userId, domainId, permissions }),
    execution: (domainId, claims) => sign('execution', 'modules', { ...rootOf(domainId), moduleId: newId(), ...claims }),
    service: (name, domainId) => sign('service', name, { subject: name, domainId, permissions: [] }),
    admin: () => sign('admin', 'tenancy', { subject: 'admin', domainId: PLATFORM, permissions: [] }),
    expired: (domainId) => sign('user', 'tenancy', { ...rootOf(domainId), lifetimeS: -60 }),
    forged: async (domainId) => createSigner(await generateKey('tenancy', 'user', keyOf('user', 'tenancy').kid)).sign(rootOf(domainId)),
    ofWrongKind: (contract, domainId) => {
      const takesAdmin = contract.access.kind === 'admin' || (contract.access.kind === 'internal' && contract.access.callers !== null);
      return takesAdmin ? sign('user', 'tenancy', rootOf(domainId)) : sign('admin', 'tenancy', rootOf(domainId));
    },
    rightFor: async (contract, domainId) => {
      const { access } = contract;
      if (access.kind === 'public') return undefined;
      if (access.kind === 'admin') return tokens.admin();
      if (access.kind === 'internal') return tokens.service(access.callers?.[0] ?? 'tenancy', domainId);
      return tokens.user(domainId);
    },
  };
  return tokens;
}
