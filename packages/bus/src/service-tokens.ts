import { LIMITS } from '@takaro/contracts/limits';
import type { ServiceName } from '@takaro/contracts/services';
import { DEEPEST_OF_SERVICES } from '@takaro/contracts/token';
import { LRUCache } from 'lru-cache';
import type { Bus } from './bus.ts';
import { fixedRing, type KeyRing } from './key-ring.ts';
import type { PrivateSigningKey } from './keys.ts';
import { createRingSigner, keyOf } from './signer.ts';

interface ServiceKeys {
  readonly service: ServiceName;
  /** The first of kind `service` signs. */
  readonly signingKeys: KeyRing<PrivateSigningKey> | readonly PrivateSigningKey[];
}

/** They are signed anew after this share of their life, so that one in use never expires on its way. */
const TOKEN_USE_MS = LIMITS.tokenLifetimeS * 1_000 * 0.7;

/** The tokens with which a service asks in its own name: one for each domain, and for each depth at which it acts there. */
export async function createServiceTokens({ service, signingKeys }: ServiceKeys): Promise<Bus['serviceToken']> {
  const ring = 'look' in signingKeys ? signingKeys : fixedRing(signingKeys);
  const of = { issuer: service, kind: 'service' } as const;
  const signer = await createRingSigner(ring, of);
  const cache = new LRUCache<string, { readonly token: Promise<string>; readonly signedAt: number }>({ max: 10_000 });
  return async (domainId, depth) => {
    const said = depth === undefined ? undefined : Math.min(depth, DEEPEST_OF_SERVICES);
    // What an older key signed is not handed out once there is a newer one.
    const name = `${keyOf(await ring.keys(), of).kid} ${domainId} ${said ?? ''}`;
    const known = cache.get(name);
    const now = Date.now();
    // By the clock that verifies it: one that jumped makes an old one of a new one, or the other way round.
    if (known && known.signedAt <= now && now < known.signedAt + TOKEN_USE_MS) return known.token;
    const token = signer.sign({ subject: service, domainId, permissions: [], ...(said !== undefined && { depth: said }) });
    cache.set(name, { token, signedAt: now });
    return token;
  };
}
