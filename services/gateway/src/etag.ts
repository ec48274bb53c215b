import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Every good answer carries a hash of itself; a GET by somebody who has it already is answered 304 without a body. */
export function mountEtag(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || reply.hasHeader('etag') || (typeof payload !== 'string' && !Buffer.isBuffer(payload))) return payload;
    const etag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`;
    reply.header('etag', etag);
    const known = request.headers['if-none-match'];
    if (request.method !== 'GET' || known === undefined || !known.split(/\s*,\s*/).includes(etag)) return payload;
    reply.code(304).removeHeader('content-length').removeHeader('content-type');
    return null;
  });
}
