import type { Handler } from '@takaro/bus';
import { ALL_EVENTS } from '@takaro/contracts/all';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { triggerHook } from '@takaro/contracts/modules/hooks';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import { validate } from '@takaro/contracts/validate';
import { depthOf } from '../executions/orders.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { runHooks } from '../reactions/run-hooks.ts';

/** Answers when what it runs is queued. */
export const handleTriggerHook =
  (parts: Parts): Handler<typeof triggerHook> =>
  async ({ gameServerId, playerId = null, eventType, eventMeta }, { domainId, claims }) => {
    const { bus, clock } = parts.context;
    checkMeta(eventType, eventMeta);
    await parts.neighbours.settingsOf(domainId, gameServerId);
    const who = playerId === null ? null : await ask(bus, domainId, getPlayerContext, { playerId, gameServerId });
    await runHooks(parts, await parts.modules.current(domainId), {
      domainId,
      gameServerId,
      name: eventType,
      causeId: newId(),
      depth: depthOf(claims),
      occurredAt: new Date(clock.now()).toISOString(),
      meta: eventMeta,
      playerId,
      player: who?.player,
      pog: who?.pog ?? undefined,
    });
    return {};
  };

function checkMeta(eventType: string, eventMeta: Readonly<Record<string, unknown>>): void {
  const contract = ALL_EVENTS.find(({ name }) => name === eventType);
  if (!contract) return;
  try {
    validate(contract.meta, eventMeta);
  } catch (error) {
    throw new ServiceError('EVENT_META_INVALID', { cause: error, details: error instanceof ServiceError ? error.details : undefined });
  }
}
