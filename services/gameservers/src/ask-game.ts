import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { readWhole } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { type ActionContract, type ActionFailure, ActionReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject } from '@takaro/contracts/subjects';
import { matches, validate } from '@takaro/contracts/validate';
import type { ServiceContext } from '@takaro/process';
import type { Directory } from './directory.ts';

/** How much longer to wait than the connector does, so that it is the one to say that the game did not answer. */
const WAY_BACK_MS = 500;

export interface Target {
  readonly domainId: string;
  readonly gameServerId: string;
}

/**
 * Asks a game server for something, once. @throws ServiceError GAMESERVER_NOT_FOUND, GAMESERVER_DISABLED, GAMESERVER_NOT_CONNECTED,
 * ACTION_TIMED_OUT, ACTION_FAILED with the game's words, ACTION_ANSWER_INVALID
 */
export type AskGame = <Args, Result>(target: Target, action: ActionContract<Args, Result>, args: Args) => Promise<Result>;

export const askGameThrough =
  ({ bus, limits }: ServiceContext, directory: Directory): AskGame =>
  async <Args, Result>({ domainId, gameServerId }: Target, action: ActionContract<Args, Result>, args: Args): Promise<Result> => {
    await directory.checkUsable(domainId, gameServerId);
    const subject = actionSubject(domainId, gameServerId, action.action);
    const payload = JSON.stringify(validate(action.args, args));
    const timeoutMs = limits.actionTimeoutMs;
    const timedOut = (cause?: unknown): ServiceError =>
      new ServiceError('ACTION_TIMED_OUT', { params: { timeoutMs, action: action.action }, cause });
    const message = await bus.nats.request(subject, payload, { timeout: timeoutMs + WAY_BACK_MS }).catch((error: unknown) => {
      if (error instanceof TimeoutError) throw timedOut(error);
      throw new ServiceError(isNobodyThere(error) ? 'GAMESERVER_NOT_CONNECTED' : 'UNAVAILABLE', { cause: error });
    });
    const reply = validate<ActionReply>(ActionReply, await readWhole(bus, message));
    if ('failure' in reply) throw failureOf(reply.failure, reply.reason, timedOut);
    if (matches<Result>(action.result, reply.result)) return reply.result;
    throw new ServiceError('ACTION_ANSWER_INVALID');
  };

const isNobodyThere = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());

function failureOf(failure: ActionFailure, reason: string | undefined, timedOut: () => ServiceError): ServiceError {
  switch (failure) {
    case 'not-connected':
      return new ServiceError('GAMESERVER_NOT_CONNECTED');
    case 'timed-out':
      return timedOut();
    case 'invalid-answer':
      return new ServiceError('ACTION_ANSWER_INVALID');
    case 'failed':
      return new ServiceError('ACTION_FAILED', { params: { reason: reason ?? 'no reason given' } });
  }
}
