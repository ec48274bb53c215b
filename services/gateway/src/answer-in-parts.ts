import { Readable } from 'node:stream';
import type { Api, ApiCaller, Operation, OperationArguments } from '@takaro/api';
import type { TextInParts } from '@takaro/contracts/contract';
import type { FastifyReply } from 'fastify';

export interface Answering {
  readonly operation: Operation;
  readonly args: OperationArguments;
  readonly callerOf: () => Promise<ApiCaller>;
}

/**
 * Sends a text as it comes, no faster than it is read. What goes wrong before its first part is refused like anywhere else; later the
 * connection breaks off, since the status is sent by then.
 * @throws ServiceError
 */
export async function answerInParts(api: Api, { contentType, fileName }: TextInParts, answering: Answering, reply: FastifyReply) {
  const texts = api.textOf(answering.operation, answering.args, answering.callerOf);
  const first = await texts.next();
  return reply
    .type(`${contentType}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .send(Readable.from(startingWith(first.done ? '' : first.value, texts)));
}

async function* startingWith(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
