import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import type { PlayerOnGameServerSnapshot, PlayerSnapshot } from '@takaro/contracts/players/shapes';
import type { RoleOutput } from '@takaro/contracts/tenancy/shapes';
import type { TestDomain } from '@takaro/testing/world-domain';
import { eventOf } from './modules-world.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const row = () => ({ id: newId(), createdAt: NOW, updatedAt: NOW });

export interface Person {
  readonly player: PlayerSnapshot;
  readonly pog: PlayerOnGameServerSnapshot;
}

/** A player on a game server with a role that holds these permissions. */
export function personOn(
  gameServerId: string,
  { name = 'Alice', permissions = [] }: { name?: string; permissions?: string[] } = {},
): Person {
  const player = {
    name,
    steamId: null,
    xboxLiveId: null,
    epicOnlineServicesId: null,
    platformId: null,
    steamAvatar: null,
    steamAccountCreated: null,
    steamCommunityBanned: null,
    steamEconomyBan: null,
    steamVacBanned: null,
    steamsDaysSinceLastBan: null,
    steamNumberOfVACBans: null,
    steamLevel: null,
    steamLastFetch: null,
    playtimeSeconds: 0,
    ...row(),
  };
  const role = roleWith(permissions);
  const pog = {
    gameServerId,
    playerId: player.id,
    gameId: `game-${name}`,
    positionX: null,
    positionY: null,
    positionZ: null,
    dimension: null,
    ip: null,
    ping: null,
    currency: 100,
    online: true,
    inventory: [],
    lastSeen: NOW,
    playtimeSeconds: 0,
    ...row(),
    roles: [{ playerId: player.id, roleId: role.id, role }],
    player,
  };
  return { player: { ...player, roleAssignments: [] }, pog };
}

function roleWith(codes: readonly string[]): RoleOutput {
  const role = row();
  const permissions = codes.map((permission) => {
    const of = { permission, friendlyName: permission, description: permission, canHaveCount: false, moduleVersionId: null, ...row() };
    return { permissionId: of.id, roleId: role.id, permission: of, count: null, ...row() };
  });
  return { name: 'Role', permissions, system: false, linkedDiscordRoleId: null, ...role };
}

/** What a player writes in the game's chat. */
export const chat = (domain: TestDomain, { player, pog }: Person, msg: string, rest: Partial<EventEnvelope> = {}): EventEnvelope =>
  eventOf(domain, 'chat-message', {
    gameServerId: pog.gameServerId,
    playerId: player.id,
    meta: { msg, channel: 'global', player: { gameId: pog.gameId, name: player.name } },
    player,
    pog,
    ...rest,
  });
