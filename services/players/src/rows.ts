import type { PlayerOnGameServerOutput, PlayerOutput } from '@takaro/contracts/players/shapes';

/** Answers of a statement in one tenant: a pool's connection, or that of a transaction. */
export type Sql = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

type Dates = 'createdAt' | 'updatedAt';

export interface PlayerColumns extends Omit<PlayerOutput, Dates | 'steamAccountCreated' | 'steamLastFetch'> {
  readonly steamAccountCreated: Date | null;
  readonly steamLastFetch: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PlayerRow extends PlayerColumns {
  readonly nameAt: Date;
  /** A bigint, so it comes as text. */
  readonly nameSeq: string;
  readonly revision: number;
}

export interface PogColumns extends Omit<PlayerOnGameServerOutput, Dates | 'lastSeen'> {
  readonly lastSeen: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PogRow extends PogColumns {
  readonly onlineSince: Date | null;
  readonly stateAt: Date;
  readonly stateSeq: string;
  readonly revision: number;
}

export interface AssignmentRow {
  readonly id: string;
  readonly playerId: string;
  readonly roleId: string;
  readonly gameServerId: string | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

/** The columns that the published API shows, and no other. */
export const playerOutput = (row: PlayerColumns): PlayerOutput => ({
  name: row.name,
  steamId: row.steamId,
  xboxLiveId: row.xboxLiveId,
  epicOnlineServicesId: row.epicOnlineServicesId,
  platformId: row.platformId,
  steamAvatar: row.steamAvatar,
  steamAccountCreated: instant(row.steamAccountCreated),
  steamCommunityBanned: row.steamCommunityBanned,
  steamEconomyBan: row.steamEconomyBan,
  steamVacBanned: row.steamVacBanned,
  steamsDaysSinceLastBan: row.steamsDaysSinceLastBan,
  steamNumberOfVACBans: row.steamNumberOfVACBans,
  steamLevel: row.steamLevel,
  steamLastFetch: instant(row.steamLastFetch),
  playtimeSeconds: row.playtimeSeconds,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const pogOutput = (row: PogColumns): PlayerOnGameServerOutput => ({
  gameServerId: row.gameServerId,
  playerId: row.playerId,
  gameId: row.gameId,
  positionX: row.positionX,
  positionY: row.positionY,
  positionZ: row.positionZ,
  dimension: row.dimension,
  ip: row.ip,
  ping: row.ping,
  currency: row.currency,
  online: row.online,
  inventory: row.inventory,
  lastSeen: row.lastSeen.toISOString(),
  playtimeSeconds: row.playtimeSeconds,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
