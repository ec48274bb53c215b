import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { type Api, checkPagination, failure } from '@takaro/api';
import { ServiceError } from '@takaro/contracts/errors';
import type { ServiceContext } from '@takaro/process';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import type { GatewayConfiguration } from './config.ts';
import { mountCrossOrigin } from './cross-origin.ts';
import { mountDocs } from './docs.ts';
import { mountEtag } from './etag.ts';
import { mountHealth } from './health.ts';
import { mountLive } from './live/live.ts';
import { mountOperations, recordOf } from './operations.ts';
import { mountRequestRate } from './request-rate.ts';
import { createSignIn } from './sign-in.ts';
import { answerBadPath, answerUnreadable } from './unreadable.ts';

/** HTTP in front of the public API: no handler per route, the contracts are mounted. */
export async function createServer(context: ServiceContext, api: Api, configuration: GatewayConfiguration): Promise<FastifyInstance> {
  const server = fastify({
    trustProxy: configuration.trustedProxies.length > 0 ? [...configuration.trustedProxies] : false,
    bodyLimit: context.limits.httpBodyBytes,
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: false, maxParamLength: 500 },
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, _request, { raw }) => answerBadPath(raw),
    clientErrorHandler: answerUnreadable,
  });
  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null, 'img-src': ["'self'", 'data:'] } },
  });
  await mountCrossOrigin(server, configuration.corsOrigins);
  const rate = await mountRequestRate(server, context.limits);
  mountEtag(server);
  acceptBodies(server);
  // On every route and before who calls is looked at, as the published API does.
  server.addHook('preValidation', async ({ query, body }) => checkPagination({ query: recordOf(query), body }));
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
  const signIn = createSignIn(context.bus, rate);
  mountOperations(server, { api, signIn, limits: context.limits });
  mountLive(server, { context, signIn, rate, corsOrigins: configuration.corsOrigins });
  return server;
}

/**
 * The published client sends bodyless requests with a JSON content type, and DELETE requests with a body. Forms with files have
 * nobody yet who reads them: what they hold is dropped.
 */
function acceptBodies(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, {});
    else void parseJson(request, String(text), done);
  });
  server.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, _form, done) => done(null, undefined));
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
