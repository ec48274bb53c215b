import { type Api, failure, type Operation, type OperationResponse } from '@takaro/api';
import type { Limits } from '@takaro/contracts/limits';
import { createGate } from '@takaro/process';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerInParts } from './answer-in-parts.ts';
import { keepDomainCookie } from './domain-cookie.ts';
import type { SignIn } from './sign-in.ts';

interface Parts {
  readonly api: Api;
  readonly signIn: SignIn;
  readonly limits: Limits;
}

type Handle = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Mounts every operation that has a route. */
export function mountOperations(server: FastifyInstance, parts: Parts): void {
  for (const operation of parts.api.operations) {
    server.route({
      method: operation.httpMethod,
      url: operation.path,
      config: { access: operation.contract.access.kind },
      handler: bounded(parts.limits, operation, async (request, reply) => answer(parts, operation, { request, reply })),
    });
  }
}

/** Refuses what there is no room for as long as it costs nothing yet. */
function bounded(limits: Limits, { contract }: Operation, handle: Handle): Handle {
  const atOnce = contract.rest?.atOnce;
  if (atOnce === undefined) return handle;
  const gate = createGate({ atOnce: limits[atOnce], waiting: 0 });
  // What is under way answers its own failures: only the gate's refusal comes here.
  return (request, reply) => gate.enter(() => handle(request, reply)).catch((error: unknown) => send(reply, failure(error)));
}

async function answer({ api, signIn }: Parts, operation: Operation, { request, reply }: { request: FastifyRequest; reply: FastifyReply }) {
  try {
    const caller = await signIn.callerOf(operation, request, reply);
    const { headers, body, ip: address } = request;
    const args = { params: recordOf(request.params), query: recordOf(request.query), headers, address, body };
    if (operation.parts) {
      return await answerInParts(api, operation.parts, { operation, args, callerOf: () => signIn.callerOf(operation, request) }, reply);
    }
    const response = await api.call(operation.id, args, caller);
    if (response.status === 200) keepDomainCookie(operation, reply, args.params, response.body.data);
    return await send(reply, response);
  } catch (error) {
    return send(reply, failure(error));
  }
}

const send = (reply: FastifyReply, { status, headers = {}, body }: OperationResponse): FastifyReply =>
  reply.code(status).headers(headers).send(body);

export const recordOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});
