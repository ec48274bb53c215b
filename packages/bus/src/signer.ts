import type { TokenKind } from '@takaro/contracts/contract';
import { LIMITS } from '@takaro/contracts/limits';
import type { ServiceName } from '@takaro/contracts/services';
import type { TokenClaims } from '@takaro/contracts/token';
import { importJWK, SignJWT } from 'jose';
import type { KeyRing } from './key-ring.ts';
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
    sign: async ({ subject, domainId, permissions, moduleId, apiTokenId, depth, attempt, lifetimeS = LIMITS.tokenLifetimeS }) =>
      new SignJWT({
        dom: domainId,
        perms: permissions,
        ...(moduleId && { mod: moduleId }),
        ...(apiTokenId && { tok: apiTokenId }),
        ...(depth !== undefined && { depth }),
        ...(attempt !== undefined && { att: attempt }),
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
        .setIssuer(key.issuer)
        .setSubject(subject)
        .setAudience('takaro-bus')
        .setIssuedAt()
        .setExpirationTime(`${lifetimeS}s`)
        .sign(await imported),
  };
}

export interface SignerOf {
  readonly issuer: ServiceName;
  readonly kind: TokenKind;
}

/** The first key of its kind: a rotated one is put before the one that it follows. @throws Error when there is none */
export function keyOf(keys: readonly PrivateSigningKey[], { issuer, kind }: SignerOf): PrivateSigningKey {
  const key = keys.find((one) => one.kind === kind && one.issuer === issuer);
  if (!key) throw new Error(`The signing keys of ${issuer} hold none of kind ${kind}`);
  return key;
}

/** Signs with the newest key that the ring holds. @throws Error when it holds none now */
export async function createRingSigner(ring: KeyRing<PrivateSigningKey>, of: SignerOf): Promise<TokenSigner> {
  let key = keyOf(await ring.keys(), of);
  let signer = createSigner(key);
  return {
    sign: async (claims) => {
      const newest = keyOf(await ring.keys(), of);
      if (newest.kid !== key.kid) [key, signer] = [newest, createSigner(newest)];
      return signer.sign(claims);
    },
  };
}
