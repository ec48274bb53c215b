import { onConstraint, type TenantDb, type Tx } from '@takaro/tenant-db';
import { createIdentity, type Identity } from './create-player.ts';
import type { DomainRoles, RoleBook } from './domain-roles.ts';
import { plainEvent } from './events.ts';
import type { Identities } from './identities.ts';
import { changesIdentity, changesState, type KnownPlayer, readKnown, showsNew, type Snapshots, snapshotsOf } from './known-player.ts';
import { findPogByGameId, findPogs, findRevisions, type Revisions } from './players.repository.ts';
import type { Sql } from './rows.ts';
import type { SeenBatch } from './seen-batch.ts';
import { isNewer, stateOf, type Sighting } from './sighting.ts';
import { type Change, writePresence, writeSighting } from './write-sighting.ts';

export interface IdentifyParts {
  readonly db: TenantDb;
  readonly roles: DomainRoles;
  readonly identities: Identities;
  readonly seen: SeenBatch;
  readonly now: () => number;
}

/** The revisions that players on one game server have, by their ids within the game: what events that came together are looked up by. */
export type RevisionsHere = Map<string, Revisions>;

/** One read for all of them. What `identify` changes since, it notes. */
export const revisionsHere = (
  parts: IdentifyParts,
  domainId: string,
  gameServerId: string,
  gameIds: ReadonlySet<string>,
): Promise<RevisionsHere> => findRevisions((text, values) => parts.db.sql(domainId, text, values), gameServerId, [...gameIds]);

/**
 * Who is behind a sighting, by the revisions that were read since it was told. For a known player who shows nothing new it costs no
 * commit, and one statement when they came or left; whatever is new about them is written before the answer. Null when nobody is known
 * and the sighting has no id to make somebody of.
 */
export async function identify(
  parts: IdentifyParts,
  domainId: string,
  sighting: Sighting,
  revisions: RevisionsHere,
): Promise<Snapshots | null> {
  const sql: Sql = (text, values) => parts.db.sql(domainId, text, values);
  const roles = await parts.roles.of(domainId);
  const keep = (found: KnownPlayer, playerRevision = found.player.revision): void => {
    parts.identities.set(domainId, found);
    revisions.set(sighting.who.gameId, { pogId: found.pog.id, pogRevision: found.pog.revision, playerRevision });
  };
  const current = revisions.get(sighting.who.gameId);
  const cached = current && parts.identities.get(domainId, current);
  const known = cached ?? (current && (await read(sql, sighting)));
  if (known && !cached) keep(known);
  if (!known || changesIdentity(known, sighting) || changesState(known, sighting)) {
    const isPresenceOnly = known && !changesIdentity(known, sighting) && !showsNew(known, sighting.who);
    const presence = isPresenceOnly ? await writePresence(sql, known, sighting) : undefined;
    const changed =
      presence?.known ??
      (await parts.db
        .transaction(domainId, (tx) => change(parts, tx, { known, sighting, roles }))
        .catch(onConstraint('playerOnGameServer_gameServerId_fkey', 'GAMESERVER_NOT_FOUND')));
    if (!changed) return null;
    keep(changed, presence?.playerRevision);
    return snapshotsOf(changed, roles, parts.now());
  }
  if (isNewer(sighting.moment, stateOf(known.pog))) {
    parts.seen.add(domainId, known.pog.id, { moment: sighting.moment, ping: sighting.who.ping });
  }
  return snapshotsOf(known, roles, parts.now());
}

async function read(sql: Sql, { gameServerId, who }: Sighting): Promise<KnownPlayer | undefined> {
  const pog = await findPogByGameId(sql, gameServerId, who.gameId);
  return pog && (await readKnown(sql, pog));
}

interface Case {
  readonly known: KnownPlayer | undefined;
  readonly sighting: Sighting;
  readonly roles: RoleBook;
}

async function change(parts: IdentifyParts, tx: Tx, { known, sighting, roles }: Case): Promise<KnownPlayer | null> {
  const found = known && !changesIdentity(known, sighting) ? undefined : await createIdentity(tx.sql, tx.domainId, sighting);
  if (found === null) return null;
  const pogId = found?.pog.id ?? known?.pog.id;
  if (pogId === undefined) throw new Error('an identity has a player on a game server');
  const written = await writeSighting(tx.sql, pogId, sighting);
  const [pog] = await findPogs(tx.sql, [pogId]);
  const now = pog && (await readKnown(tx.sql, pog));
  if (!now) throw new Error('a row is gone within its transaction');
  const snapshots = snapshotsOf(now, roles, parts.now());
  if (found) await tellCreated(tx, found, snapshots, parts.now());
  // A new row has the address already.
  const newIp = found?.isNewPog ? sighting.who.ip : written?.newIp;
  await tellDetected(tx, { ...written, ...(newIp !== undefined && { newIp }) }, snapshots, parts.now());
  return now;
}

/** Where an address lies is not known here. */
const NOWHERE = { country: null, city: null, longitude: null, latitude: null };

async function tellDetected(tx: Tx, { oldName, newIp }: Change, snapshots: Snapshots, nowMs: number): Promise<void> {
  const tell = (name: string, meta: object) => tx.tell({ ...plainEvent(tx.domainId, name, nowMs, { ...meta }), ...about(snapshots) });
  if (oldName !== undefined) await tell('player-new-name-detected', { oldName, newName: snapshots.player.name });
  if (newIp !== undefined) await tell('player-new-ip-detected', { ip: newIp, ...NOWHERE });
}

async function tellCreated(tx: Tx, { isNewPlayer, isNewPog }: Identity, snapshots: Snapshots, nowMs: number): Promise<void> {
  const { player } = snapshots;
  if (isNewPlayer) await tx.tell({ ...plainEvent(tx.domainId, 'player-created', nowMs), playerId: player.id, player });
  if (isNewPog) await tx.tell({ ...plainEvent(tx.domainId, 'player-created', nowMs), ...about(snapshots) });
}

const about = ({ player, pog }: Snapshots) => ({ playerId: player.id, gameServerId: pog.gameServerId, player, pog });
