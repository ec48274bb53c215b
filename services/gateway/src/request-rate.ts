import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { ServiceError } from '@takaro/contracts/errors';
import type { Limits } from '@takaro/contracts/limits';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** So many tokens and addresses are counted at once; those longest not heard of are forgotten first. */
const COUNTED = 10_000;

/**
 * How often one token, or one address where there is none, may ask in a window of time; each copy of the gateway counts for itself.
 * Every answer tells how much is left, in `X-RateLimit-Limit`, `-Remaining` and `-Reset` (s), a refusal in `Retry-After` (s), too.
 */
export async function mountRequestRate(server: FastifyInstance, limits: Limits): Promise<void> {
  await server.register(rateLimit, {
    global: true,
    max: limits.httpRequests,
    timeWindow: limits.httpRequestsWindowMs,
    cache: COUNTED,
    keyGenerator: keyOf,
    errorResponseBuilder: (_request, { ttl }) =>
      new ServiceError('TOO_MANY_REQUESTS', { params: { retryAfterS: Math.max(1, Math.ceil(ttl / 1_000)) } }),
  });
}

/** A hash, so that no token stays in memory for longer than its request. */
function keyOf({ headers, cookies, ip }: FastifyRequest): string {
  const token = headers['x-takaro-token'] ?? headers.authorization ?? headers['x-takaro-admin-token'] ?? cookies['takaro-token'];
  return token === undefined ? ip : createHash('sha256').update(String(token)).digest('base64');
}
