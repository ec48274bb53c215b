import { expect } from 'vitest';
import { addRole } from '../tenancy/people.ts';
import type { RestAnswer } from './rest-client.ts';
import type { Rest } from './rest-world.ts';

/** A time or an id that the platform chose. */
export const text = expect.any(String);
export const row = { id: text, createdAt: text, updatedAt: text };

const LONG = { timeout: 20_000, interval: 100 };

export interface Playing {
  readonly gameServerId: string;
  readonly playerId: string;
  readonly pogId: string;
  readonly gameId: string;
  readonly steamId: string;
  readonly ip: string;
  readonly name: string;
}

/** Puts people on a game server of their own, each with what Takaro knows them by. */
export async function playersOn(rest: Rest, serverName: string, names: readonly string[]): Promise<Playing[]> {
  const { game, gameServerId } = await rest.openGame(serverName, names);
  const { body } = await rest.ask('POST', '/gameserver/player/search', { body: { filters: { gameServerId: [gameServerId] } } });
  return names.map((name) => {
    const { gameId, steamId, ip } = game.player(name);
    const pog = body.data.find((found: { gameId: string }) => found.gameId === gameId);
    return { gameServerId, playerId: pog.playerId, pogId: pog.id, gameId, steamId, ip, name };
  });
}

/** A role with permissions of the platform, and how answers show it. */
export async function roleWith(rest: Rest, name: string, codes: readonly string[]): Promise<{ id: string; shown: object }> {
  const id = await addRole(rest.world, rest.id, name, codes);
  const permissions = codes.map((permission) => ({
    ...row,
    roleId: id,
    permissionId: text,
    count: null,
    permission: expect.objectContaining({ permission }),
  }));
  return { id, shown: { ...row, id, name, system: false, linkedDiscordRoleId: null, permissions } };
}

/** The role that everybody has without being assigned it. */
export const implicitRole = {
  playerId: text,
  roleId: text,
  role: { ...row, name: 'Player', system: true, linkedDiscordRoleId: null, permissions: [] },
};

/** Stored events of a name about a player or a game server, as soon as there are so many. */
export async function eventsOf(
  rest: Rest,
  { eventName, count, ...about }: { eventName: string; count: number; playerId?: string; gameserverId?: string },
): Promise<Record<string, unknown>[]> {
  const named = Object.entries(about).map(([name, id]) => [name, [id]]);
  const filters = { eventName: [eventName], ...Object.fromEntries(named) };
  const search = () => rest.ask('POST', '/event/search', { body: { filters, sortBy: 'createdAt' } });
  await expect.poll(async () => (await search()).body.meta['total'], LONG).toBe(count);
  return (await search()).body.data;
}

export const refused = ({ status, body }: RestAnswer) => [status, body.meta.error?.code, body.meta.error?.message];
