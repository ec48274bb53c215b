import type { Handler } from '@takaro/bus';
import type { touchGameServers } from '@takaro/contracts/gameservers/internal';
import { gameServerEvent } from '../game-server-event.ts';
import { GameServer } from '../game-server.entity.ts';
import type { Parts } from '../parts.ts';

export const handleTouchGameServers =
  ({ context: { clock }, db }: Parts): Handler<typeof touchGameServers> =>
  async (_input, caller) => {
    const occurredAt = new Date(clock.now());
    await db.transaction(caller.domainId, async (tx) => {
      const present = await tx.em.find(GameServer, { deletedAt: null }, { fields: ['id'] });
      for (const { id } of present) await tx.tell(gameServerEvent(caller, { name: 'gameserver-updated', gameServerId: id, occurredAt }));
    });
    return {};
  };
