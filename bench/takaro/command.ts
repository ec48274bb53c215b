import type { Community } from '@takaro/testing/community';
import type { Contender } from '../contender.ts';
import type { System } from './system.ts';

/** P1: a chat message at a connected game server → function → message at that server, everything on. */
export const takaroCommand = (
  { servicePids, natsPid, databasePid }: System,
  { game }: Community,
  players: readonly string[],
): Contender => {
  let asked = 0;
  return {
    name: 'Takaro, command in the game',
    processes: { ...servicePids, nats: natsPid, postgres: databasePid },
    run: async (item) => {
      const player = players[item % players.length] ?? '';
      // Rounds repeat item numbers; a message seen earlier must not count.
      asked += 1;
      const mark = `${item}-${asked}`;
      game.say(player, `/ping ${mark}`);
      await game.waitForMessage(player, `pong ${mark}`, { timeoutMs: 60_000 });
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
};
