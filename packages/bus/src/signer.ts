import { LIMITS } from '@takaro/contracts/limits';
import type { TokenClaims } from '@takaro/contracts/token';
import { importJWK, SignJWT } from 'jose';
import type { PrivateSigningKey } from './keys.ts';

/** What the holder of a key says; kind and issuer come from the key. */
export type ClaimsToSign = Omit<TokenClaims, 'kind' | 'issuer' | 'expiresAt'> & {
  /** @default LIMITS.tokenLifetimeS */
  readonly lifetimeS?: number;
};

export interface TokenSigner {
  /** A compact JWT, EdDSA, with `kid`. */
  sign(claims: ClaimsToSign): Promise<string>;
}

export function createSigner(key: PrivateSigningKey): TokenSigner {
  const imported = importJWK({ ...key.jwk }, 'EdDSA');
  return {
    sign: async ({ subject, domainId, permissions, moduleId, depth, lifetimeS = LIMITS.tokenLifetimeS }) =>
      new SignJWT({ dom: domainId, perms: permissions, ...(moduleId && { mod: moduleId }), ...(depth !== undefined && { depth }) })
        .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
        .setIssuer(key.issuer)
        .setSubject(subject)
        .setAudience('takaro-bus')
        .setIssuedAt()
        .setExpirationTime(`${lifetimeS}s`)
        .sign(await imported),
  };
}
