import type { ServerResponse } from 'node:http';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type Api, failure } from '@takaro/api';
import { ServiceError } from '@takaro/contracts/errors';
import type { ServiceContext } from '@takaro/process';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import type { GatewayConfiguration } from './config.ts';
import { mountDocs } from './docs.ts';
import { mountHealth } from './health.ts';
import { mountOperations } from './operations.ts';
import { createSignIn } from './sign-in.ts';

/** HTTP in front of the public API: no handler per route, the contracts are mounted. */
export async function createServer(context: ServiceContext, api: Api, configuration: GatewayConfiguration): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: context.limits.httpBodyBytes,
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: false, maxParamLength: 500 },
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, _request, { raw }) => answerBadPath(raw),
  });
  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null, 'img-src': ["'self'", 'data:'] } },
  });
  await server.register(cors, { origin: [...configuration.corsOrigins], credentials: true });
  acceptEmptyJson(server);
  server.setNotFoundHandler(async (_request, reply) => {
    const { status, body } = failure(new ServiceError('OPERATION_UNKNOWN'));
    return reply.code(status).send(body);
  });
  server.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const { status, body } = failure(translate(error, context));
    return reply.code(status).send(body);
  });
  mountHealth(server, context);
  await mountDocs(server, api);
  mountOperations(server, { api, signIn: createSignIn(context.bus) });
  return server;
}

/** A path that cannot be read, such as one with `%ff`, comes to no route, no hook and no error handler. */
function answerBadPath(raw: ServerResponse): void {
  const { status, body } = failure(new ServiceError('PATH_UNREADABLE'));
  raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The published client sends bodyless requests with a JSON content type, and DELETE requests with a body. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, {});
    else void parseJson(request, String(text), done);
  });
}

/** What fastify itself refuses, in our words; anything unknown is ours to look into and shows as INTERNAL. */
function translate(error: FastifyError, { log }: ServiceContext): unknown {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ServiceError('BODY_TOO_LARGE');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new ServiceError('INVALID_JSON');
    default:
      if (error instanceof ServiceError) return error;
      if (error instanceof SyntaxError || error.statusCode === 400) return new ServiceError('INVALID_JSON', { cause: error });
      log.error({ err: error }, 'request failed');
      return error;
  }
}
