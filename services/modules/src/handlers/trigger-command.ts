import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { triggerCommand } from '@takaro/contracts/modules/commands';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import { depthOf } from '../executions/orders.ts';
import { gamePlayerOf } from '../matching/game-player.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { runCommands } from '../reactions/run-commands.ts';

/** As if the player had typed it, but that no chat message is told. Answers when what it runs is queued. */
export const handleTriggerCommand =
  (parts: Parts): Handler<typeof triggerCommand> =>
  async ({ id: gameServerId, playerId, msg }, { domainId, claims }) => {
    const { bus, clock } = parts.context;
    await parts.neighbours.settingsOf(domainId, gameServerId);
    const { player, pog } = await ask(bus, domainId, getPlayerContext, { playerId, gameServerId });
    if (!pog) throw new ServiceError('PLAYER_NOT_FOUND', { params: { id: playerId } });
    const occurredAt = new Date(clock.now()).toISOString();
    await runCommands(parts, await parts.modules.current(domainId), {
      domainId,
      gameServerId,
      causeId: newId(),
      depth: depthOf(claims),
      msg,
      chatMessage: { msg, channel: 'global', timestamp: occurredAt, player: gamePlayerOf(player, pog) },
      occurredAt,
      player,
      pog,
    });
    return {};
  };
