import { type Api, type ApiCaller, failure, type Operation } from '@takaro/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerInParts } from './answer-in-parts.ts';
import type { SignIn } from './sign-in.ts';

interface Parts {
  readonly api: Api;
  readonly signIn: SignIn;
}

/** Mounts every operation that has a route. */
export function mountOperations(server: FastifyInstance, parts: Parts): void {
  for (const operation of parts.api.operations) {
    server.route({
      method: operation.httpMethod,
      url: operation.path,
      handler: async (request, reply) => answer(parts, operation, { request, reply }),
    });
  }
}

async function answer({ api, signIn }: Parts, operation: Operation, { request, reply }: { request: FastifyRequest; reply: FastifyReply }) {
  try {
    const callerOf = (): Promise<ApiCaller> => signIn.callerOf(operation, request);
    const caller = await callerOf();
    const args = { params: recordOf(request.params), query: recordOf(request.query), headers: request.headers, body: request.body };
    if (operation.parts) return await answerInParts(api, operation.parts, { operation, args, callerOf }, reply);
    const { status, body } = await api.call(operation.id, args, caller);
    return await reply.code(status).send(body);
  } catch (error) {
    const { status, body } = failure(error);
    return reply.code(status).send(body);
  }
}

export const recordOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});
