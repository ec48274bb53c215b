import cors from '@fastify/cors';
import { ServiceError } from '@takaro/contracts/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** Browsers may call from our own pages and from the origins that the configuration lists. Programs send no origin. */
export async function mountCrossOrigin(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  await server.register(cors, {
    hook: 'onRequest',
    delegator: (request, done) => {
      const { origin } = request.headers;
      if (origin === undefined || origins.includes(origin)) done(null, { origin: [...origins], credentials: true, methods: METHODS });
      else if (isOwn(origin, request)) done(null, { origin: false });
      else done(new ServiceError('ORIGIN_REFUSED'));
    },
  });
}

const isOwn = (origin: string, { host }: FastifyRequest): boolean => {
  const url = URL.parse(origin);
  return url !== null && url.host !== '' && url.host === host;
};
