import { ServiceError } from '@takaro/contracts/errors';
import type { TokenClaims } from '@takaro/contracts/token';
import { matches } from '@takaro/contracts/validate';
import { importJWK, jwtVerify, type CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { Type, type Static } from 'typebox';
import type { PublicSigningKey } from './keys.ts';

export interface TokenVerifier {
  /** @throws ServiceError TOKEN_REFUSED when it is forged, expired, for somebody else or signed by a key that is not trusted */
  verify(token: string): Promise<TokenClaims>;
}

const Payload = Type.Object({
  iss: Type.String(),
  sub: Type.String(),
  dom: Type.String(),
  perms: Type.Array(Type.String()),
  mod: Type.Optional(Type.String()),
  depth: Type.Optional(Type.Integer()),
  exp: Type.Integer(),
});

/** A verification costs 0.14 ms, so the claims of a token are kept as long as it is valid. */
const CACHED_TOKENS = 10_000;

export function createVerifier(keys: readonly PublicSigningKey[]): TokenVerifier {
  const byKid = new Map(keys.map((key) => [key.kid, { ...key, imported: importJWK(publicHalf(key.jwk), 'EdDSA') }]));
  const cache = new LRUCache<string, TokenClaims>({ max: CACHED_TOKENS });
  return {
    verify: async (token) => {
      const known = cache.get(token);
      if (known) return stillValid(known);
      const claims = await claimsOf(token, byKid);
      cache.set(token, claims);
      return claims;
    },
  };
}

const stillValid = (claims: TokenClaims): TokenClaims => {
  if (claims.expiresAt * 1_000 <= Date.now()) throw new ServiceError('TOKEN_REFUSED');
  return claims;
};

type TrustedKeys = ReadonlyMap<string, Omit<PublicSigningKey, 'jwk'> & { imported: Promise<CryptoKey | Uint8Array> }>;

async function claimsOf(token: string, keys: TrustedKeys): Promise<TokenClaims> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, async ({ kid }) => keyOf(keys, kid).imported, {
      algorithms: ['EdDSA'],
      audience: 'takaro-bus',
    });
    const key = keyOf(keys, protectedHeader.kid);
    if (!matches<Static<typeof Payload>>(Payload, payload) || payload.iss !== key.issuer)
      throw new Error('claims are not those of its key');
    return {
      kind: key.kind,
      issuer: key.issuer,
      subject: payload.sub,
      domainId: payload.dom,
      permissions: payload.perms,
      ...(payload.mod !== undefined && { moduleId: payload.mod }),
      ...(payload.depth !== undefined && { depth: payload.depth }),
      expiresAt: payload.exp,
    };
  } catch (error) {
    throw new ServiceError('TOKEN_REFUSED', { cause: error });
  }
}

function keyOf(keys: TrustedKeys, kid: string | undefined) {
  const key = keys.get(kid ?? '');
  if (!key) throw new Error('unknown key');
  return key;
}

/** Whatever else stands in a key's file: only the public half verifies. */
const publicHalf = ({ kty, crv, x }: PublicSigningKey['jwk']) => ({ kty, crv, x });
