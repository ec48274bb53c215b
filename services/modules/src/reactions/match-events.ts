import { consume, type Delivery } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import type { TenantModules } from '../matching/tenant-modules.ts';
import type { Parts } from '../parts.ts';
import { followEvent } from './follow-event.ts';
import { runCommands, type Said, saidIn } from './run-commands.ts';
import { runHooks } from './run-hooks.ts';

/** Matches every event, in the order of its game server, to the commands and hooks that it runs. */
export const consumeEvents = (parts: Parts): Promise<AsyncDisposable> =>
  consume<EventEnvelope>(parts.context.bus, {
    tellsStrain: 'of turns',
    stream: 'EVENTS',
    schema: EventEnvelope,
    idOf: ({ id }) => id,
    react: (event, delivery) => forgetful(() => matchEvent(parts, event, delivery)),
  });

/** What a removed domain left in the streams is over. */
export async function forgetful(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'DOMAIN_UNKNOWN') throw error;
  }
}

async function matchEvent(
  parts: Parts,
  event: EventEnvelope,
  { domainId, takenAt }: Pick<Delivery, 'domainId' | 'takenAt'>,
): Promise<void> {
  if (event.domainId !== domainId) throw new ServiceError('INVALID_MESSAGE');
  if (!event.byHand) await followEvent(parts, event);
  // What is refused for its depth is told one deeper, and ends there.
  if (event.depth > parts.context.limits.eventDepth) {
    parts.context.log.info({ domainId, eventId: event.id, depth: event.depth }, 'chain of events cut');
    return;
  }
  const modules = await parts.modules.current(domainId, takenAt);
  const said = event.name === 'chat-message' ? saidIn(event) : null;
  if (modules.installations.size === 0) return said ? answerOnly(parts, modules, said) : undefined;
  if (said) await runCommands(parts, modules, said);
  await runHooks(parts, modules, { ...event, causeId: event.id });
}

/**
 * Where nothing is installed, at most a word that runs nothing is to be answered. That costs a look at settings which are remembered, and
 * when these cannot be had nothing is tried again: the answer could not be given either.
 */
async function answerOnly(parts: Parts, modules: TenantModules, said: Said): Promise<void> {
  try {
    await runCommands(parts, modules, said);
  } catch (error) {
    parts.context.log.info({ domainId: said.domainId, gameServerId: said.gameServerId, err: error }, 'a chat message was not looked at');
  }
}
