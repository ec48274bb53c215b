import { setTimeout as delay } from 'node:timers/promises';
import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { patientUntil, readWhole } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { type ActionContract, type ActionFailure, ActionReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject } from '@takaro/contracts/subjects';
import { matches, validate } from '@takaro/contracts/validate';
import type { ServiceContext } from '@takaro/process';
import type { Directory } from './directory.ts';

/** How much longer to wait than the connector does, so that it is the one to say that the game did not answer. */
const WAY_BACK_MS = 500;
/** Who would rather wait asks again after this long for a game server that may come back. */
const PATIENT_DELAY_MS = 250;

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
  (context: ServiceContext, directory: Directory): AskGame =>
  async (target, action, args) => {
    const { domainId, gameServerId } = target;
    await directory.checkUsable(domainId, gameServerId);
    const payload = JSON.stringify(validate(action.args, args));
    for (;;) {
      const reply = await askOnce(context, target, action.action, payload);
      if (reply !== null) return resultOf(action, reply, context.limits);
      if (Date.now() >= patientUntil() || !(await directory.mayComeBack(domainId, gameServerId)))
        throw new ServiceError('GAMESERVER_NOT_CONNECTED');
      await delay(PATIENT_DELAY_MS);
    }
  };

/** Null when the game has not heard of it. */
async function askOnce(
  { bus, limits }: ServiceContext,
  { domainId, gameServerId }: Target,
  action: string,
  payload: string,
): Promise<ActionReply | null> {
  try {
    const timeout = limits.actionTimeoutMs + WAY_BACK_MS;
    const message = await bus.nats.request(actionSubject(domainId, gameServerId, action), payload, { timeout });
    const reply = validate<ActionReply>(ActionReply, await readWhole(bus, message));
    return 'unsent' in reply ? null : reply;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if (isNobodyThere(error)) return null;
    if (error instanceof TimeoutError) return { failure: 'timed-out' };
    throw new ServiceError('UNAVAILABLE', { cause: error });
  }
}

function resultOf<Args, Result>(
  action: ActionContract<Args, Result>,
  reply: ActionReply,
  { actionTimeoutMs }: ServiceContext['limits'],
): Result {
  if ('failure' in reply) throw failureOf(reply.failure, reply.reason, { timeoutMs: actionTimeoutMs, action: action.action });
  if (matches<Result>(action.result, reply.result)) return reply.result;
  throw new ServiceError('ACTION_ANSWER_INVALID');
}

const isNobodyThere = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());

function failureOf(failure: ActionFailure, reason: string | undefined, params: { timeoutMs: number; action: string }): ServiceError {
  switch (failure) {
    case 'not-connected':
      return new ServiceError('GAMESERVER_NOT_CONNECTED');
    case 'timed-out':
      return new ServiceError('ACTION_TIMED_OUT', { params });
    case 'invalid-answer':
      return new ServiceError('ACTION_ANSWER_INVALID');
    case 'failed':
      return new ServiceError('ACTION_FAILED', { params: { reason: reason ?? 'no reason given' } });
  }
}
