import { ServiceError } from '@takaro/contracts/errors';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import { findPlayersInGame } from '@takaro/contracts/players/in-games';
import { storableText } from '@takaro/contracts/text';
import type { Tx } from '@takaro/tenant-db';
import type { Target } from '../ask-game.ts';
import type { Parts } from '../parts.ts';
import { bannedEvent, unbannedEvent } from './ban-events.ts';
import type { Ban } from './ban.entity.ts';
import { putBan, takeBan } from './ban.repository.ts';
import { banArgs } from './live-bans.ts';

/** Names in one question to players. */
const NAMES_AT_ONCE = 5_000;

/** So long a game is told what it lacks; the rest waits for the next time. */
const TELLING_MS = 15_000;

/** A ban as the game has it. */
interface Listed {
  readonly until: Date | null;
  readonly reason: string | null;
}

interface Reading {
  readonly gameServerId: string;
  readonly now: Date;
  /** By our id of the player; bans of players that were never seen there are left out until they are. */
  readonly listed: ReadonlyMap<string, Listed>;
  /** The game's ids of all players in question, by ours. */
  readonly gameIds: ReadonlyMap<string, string>;
  /** Who was banned here before the game was asked: whoever is not any more was let off meanwhile, and the list is out of date. */
  readonly heldBefore: ReadonlySet<string>;
}

/**
 * Makes the bans of a game and ours one: what only the game has is noted as not managed here, what it has no more is forgotten if it was
 * never ours, and what is ours and it lacks it is told.
 */
export async function syncBans(parts: Parts, target: Target): Promise<void> {
  const now = new Date(parts.context.clock.now());
  const reading = await readGame(parts, target, now);
  const ours = await parts.db.transaction(target.domainId, (tx) => adopt(tx, reading));
  const lacking = ours.filter(({ takaroManaged, playerId }) => takaroManaged && !reading.listed.has(playerId));
  await tellGame(parts, target, { lacking, gameIds: reading.gameIds });
}

async function readGame(parts: Parts, target: Target, now: Date): Promise<Reading> {
  const { domainId, gameServerId } = target;
  const ours = await parts.db.sql<Ban>(domainId, OURS, [gameServerId]);
  const playerIds = ours.map(({ playerId }) => playerId);
  const byGameId = new Map<string, Listed>();
  for (const { player, reason, expiresAt } of await parts.askGame(target, ACTIONS.listBans, {})) {
    const until = instantOf(expiresAt);
    if (player && (until === null || until > now)) byGameId.set(player.gameId, { until, reason: storableText(reason) || null });
  }
  const gameIds = await gameIdsOf(parts, target, { gameIds: [...byGameId.keys()], playerIds });
  const listed = new Map<string, Listed>();
  for (const [playerId, gameId] of gameIds) {
    const ban = byGameId.get(gameId);
    if (ban) listed.set(playerId, ban);
  }
  return { gameServerId, now, listed, gameIds, heldBefore: new Set(playerIds) };
}

const OURS = 'select * from {schema}."ban" where "gameServerId" = $1 or "gameServerId" is null';

/** Games write times in many ways; what cannot be read is for ever. */
function instantOf(text: string | null | undefined): Date | null {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

interface Names {
  readonly gameIds: readonly string[];
  readonly playerIds: readonly string[];
}

async function gameIdsOf({ context: { bus } }: Parts, { domainId, gameServerId }: Target, names: Names): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const most = Math.max(names.gameIds.length, names.playerIds.length);
  for (let start = 0; start < most; start += NAMES_AT_ONCE) {
    const [gameIds, playerIds] = [names.gameIds, names.playerIds].map((all) => all.slice(start, start + NAMES_AT_ONCE));
    const input = { gameServerId, gameIds: gameIds ?? [], playerIds: playerIds ?? [] };
    const known = await bus.call(findPlayersInGame, input, { domainId, token: await bus.serviceToken(domainId) });
    for (const { playerId, gameId } of known) found.set(playerId, gameId);
  }
  return found;
}

/** Answers all bans that hold there afterwards. */
async function adopt(tx: Tx, { gameServerId, listed, gameIds, heldBefore, now }: Reading): Promise<Ban[]> {
  const teller = { domainId: tx.domainId, claims: null };
  const before = await tx.sql<Ban>(`${OURS} for update`, [gameServerId]);
  for (const [playerId, { until, reason }] of listed) {
    const known = before.filter((ban) => ban.playerId === playerId);
    if (known.some((ban) => ban.takaroManaged || isSame(ban, { until, reason }))) continue;
    if (known.length === 0 && heldBefore.has(playerId)) continue;
    const ban = await putBan(tx, { gameServerId, playerId, takaroManaged: false, until, reason });
    if (known.length === 0) await tx.tell(bannedEvent(teller, ban, now));
  }
  for (const ban of before) {
    if (ban.takaroManaged || listed.has(ban.playerId) || !gameIds.has(ban.playerId)) continue;
    await tx.tell(unbannedEvent(teller, await takeBan(tx, ban.id), now));
  }
  return await tx.sql<Ban>(OURS, [gameServerId]);
}

const isSame = (one: Pick<Ban, 'until' | 'reason'>, other: Listed): boolean =>
  one.until?.getTime() === other.until?.getTime() && (one.reason ?? null) === other.reason;

interface Telling {
  readonly lacking: readonly Ban[];
  readonly gameIds: ReadonlyMap<string, string>;
}

/** One after the other; a game that is away or slow is not asked on. */
async function tellGame(parts: Parts, target: Target, { lacking, gameIds }: Telling): Promise<void> {
  const { log } = parts.context;
  const begun = performance.now();
  for (const ban of lacking) {
    const gameId = gameIds.get(ban.playerId);
    if (gameId === undefined) continue;
    if (performance.now() - begun > TELLING_MS) return;
    try {
      await parts.askGame(target, ACTIONS.banPlayer, banArgs(gameId, ban));
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'ACTION_FAILED') throw error;
      log.info({ ...target, banId: ban.id, err: error }, 'a game did not take a ban');
    }
  }
}
