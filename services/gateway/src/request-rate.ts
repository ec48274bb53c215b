import rateLimit from '@fastify/rate-limit';
import type { Access } from '@takaro/contracts/contract';
import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import type { Limits } from '@takaro/contracts/limits';
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import { type Credentialed, credentialHash } from './credentials.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Says which credential the route looks at. */
    access?: Access['kind'];
  }
}

/** So many credentials and addresses are counted at once; those longest not heard of are forgotten first. */
const COUNTED = 10_000;

export interface RequestRate {
  /** Counts what comes in beside the routes of HTTP. @throws ServiceError TOO_MANY_REQUESTS */
  count(request: Credentialed): void;
  /**
   * Asks whose the credential of a request is. From the next request on, one that was accepted has a count of its own. When it is refused
   * after all, this request counts for its address as well, and the next ones do instead.
   */
  judge<Answer>(request: Credentialed, access: Access['kind'], ask: () => Promise<Answer>): Promise<Answer>;
}

/**
 * How often one credential may ask in a window of time, and one address with all that nobody has accepted: who invents another token for
 * each request is counted by address, and past the limit refused before anybody is asked about it. Each copy of the gateway counts for
 * itself. Every answer tells how much is left where its request was counted, in `X-RateLimit-Limit`, `-Remaining` and `-Reset` (s), a
 * refusal in `Retry-After` (s), too.
 */
export async function mountRequestRate(server: FastifyInstance, limits: Limits): Promise<RequestRate> {
  const { httpRequests, httpRequestsWindowMs } = limits;
  const accepted = new LRUCache<string, true>({ max: COUNTED });
  const count = createCount(httpRequestsWindowMs);
  const keyOf = (request: Credentialed, access?: Access['kind']): string => {
    const credential = credentialHash(request, access);
    return credential !== undefined && accepted.has(credential) ? credential : networkOf(request);
  };
  await server.register(rateLimit, {
    global: true,
    max: httpRequests,
    timeWindow: httpRequestsWindowMs,
    keyGenerator: (request) => keyOf(request, request.routeOptions.config.access),
    errorResponseBuilder: (_request, { ttl }) => refusal(ttl),
    store: class {
      incr(key: string, done: (error: null, counted: Counted) => void): void {
        done(null, count(key));
      }
      child(): this {
        return this;
      }
    },
  });
  return {
    count: (request) => {
      const { current, ttl } = count(keyOf(request));
      if (current > httpRequests) throw refusal(ttl);
    },
    judge: async (request, access, ask) => {
      const credential = credentialHash(request, access);
      try {
        const answer = await ask();
        if (credential !== undefined) accepted.set(credential, true);
        return answer;
      } catch (error) {
        if (credential !== undefined && isRefused(error) && accepted.delete(credential)) count(networkOf(request));
        throw error;
      }
    },
  };
}

/** The address; of IPv6 the /64, since that is what one household or machine is given. A connection that broke off has none any more. */
const networkOf = ({ ip }: Credentialed): string => rateLimit.normalizeIP(ip || 'gone');

const refusal = (ttlMs: number): ServiceError =>
  new ServiceError('TOO_MANY_REQUESTS', { params: { retryAfterS: Math.max(1, Math.ceil(ttlMs / 1_000)) } });

const isRefused = (error: unknown): boolean => error instanceof ServiceError && [401, 403].includes(ERRORS[error.code].status);

interface Counted {
  readonly current: number;
  /** Until the window is over, in ms. */
  readonly ttl: number;
}

/** Counts each key in windows of its own. */
function createCount(windowMs: number): (key: string) => Counted {
  const windows = new LRUCache<string, { current: number; readonly endsAt: number }>({ max: COUNTED });
  return (key) => {
    const now = performance.now();
    const known = windows.get(key);
    const window = known && known.endsAt > now ? known : { current: 0, endsAt: now + windowMs };
    window.current += 1;
    windows.set(key, window);
    return { current: window.current, ttl: window.endsAt - now };
  };
}
