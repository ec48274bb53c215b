import { ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import { DEEPEST_OF_SERVICES, type TokenClaims } from '@takaro/contracts/token';
import { matches } from '@takaro/contracts/validate';
import { decodeProtectedHeader, importJWK, jwtVerify, type CryptoKey } from 'jose';
import { Type, type Static } from 'typebox';
import { EndedAttempts } from './ended-attempts.ts';
import { fixedRing, type KeyRing } from './key-ring.ts';
import type { PublicSigningKey } from './keys.ts';
import { ShortLived } from './short-lived.ts';

export interface TokenVerifier {
  /** @throws ServiceError TOKEN_REFUSED when it is forged, over, for somebody else or signed by a key that is not trusted */
  verify(token: string): Promise<TokenClaims>;
}

const Payload = Type.Object({
  iss: Type.String(),
  sub: Type.String(),
  dom: Type.String(),
  perms: Type.Array(Type.String()),
  mod: Type.Optional(Type.String()),
  tok: Type.Optional(Type.String()),
  depth: Type.Optional(Type.Integer({ minimum: 0 })),
  att: Type.Optional(Type.Integer()),
  exp: Type.Integer(),
});

/** A verification costs 0.14 ms, so the claims of a token are kept for as long as tokens live. */
const CACHED_TOKENS = 10_000;

/** Keys that are no longer trusted take the tokens that they signed with them, within a second. */
export function createVerifier(
  ring: KeyRing<PublicSigningKey> | readonly PublicSigningKey[],
  ended: EndedAttempts = new EndedAttempts(),
): TokenVerifier {
  const keys: KeyRing<PublicSigningKey> = 'look' in ring ? ring : fixedRing(ring);
  const cache = new ShortLived<TokenClaims>({ most: CACHED_TOKENS, livesMs: LIMITS.tokenLifetimeS * 1_000 });
  let source: readonly PublicSigningKey[] | null = null;
  let trusted: TrustedKeys = new Map();
  const trust = (list: readonly PublicSigningKey[]): TrustedKeys => {
    if (list === source) return trusted;
    source = list;
    cache.clear();
    trusted = new Map(list.map((key) => [key.kid, { ...key, imported: importJWK(publicHalf(key.jwk), 'EdDSA') }]));
    return trusted;
  };
  return {
    verify: async (token) => {
      const now = trust(await keys.keys());
      const known = cache.get(token);
      if (known) return stillValid(known, ended);
      const claims = await claimsOf(token, now.has(kidOf(token)) ? now : trust(await keys.look()));
      cache.set(token, claims);
      return stillValid(claims, ended);
    },
  };
}

/** Not believed: it only says which key to look for. */
function kidOf(token: string): string {
  try {
    return decodeProtectedHeader(token).kid ?? '';
  } catch {
    return '';
  }
}

const stillValid = (claims: TokenClaims, ended: EndedAttempts): TokenClaims => {
  const { kind, subject: executionId, attempt, domainId } = claims;
  const isOver = kind === 'execution' && attempt !== undefined && ended.has(domainId, { executionId, attempt });
  if (isOver || claims.expiresAt * 1_000 <= Date.now()) throw new ServiceError('TOKEN_REFUSED');
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
    if (key.kind === 'service' && (payload.depth ?? 0) > DEEPEST_OF_SERVICES) throw new Error('no service acts so deep in a chain');
    return {
      kind: key.kind,
      issuer: key.issuer,
      subject: payload.sub,
      domainId: payload.dom,
      permissions: payload.perms,
      ...(payload.mod !== undefined && { moduleId: payload.mod }),
      ...(payload.tok !== undefined && { apiTokenId: payload.tok }),
      ...(payload.depth !== undefined && { depth: payload.depth }),
      ...(payload.att !== undefined && { attempt: payload.att }),
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
