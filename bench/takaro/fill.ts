import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import type { Community } from '@takaro/testing/community';
import type pg from 'pg';
import { idOf, insertPlayers, PLAYER, schemaOf, sqlIdOf } from './rows.ts';

/** Things of a filled community that searches name. */
export interface Filled {
  readonly community: Community;
  readonly player: { readonly id: string; readonly name: string; readonly steamId: string; readonly platformId: string };
  readonly gameServerId: string;
  readonly moduleId: string;
  readonly userId: string;
  readonly eventName: string;
  /** Half of everything is older. */
  readonly middle: string;
}

export interface FillCounts {
  readonly players: number;
  readonly events: number;
}

const POG = 2;
const MODULE = 3;
const USER = 4;
const EVENT_NAMES = ['player-connected', 'player-disconnected', 'chat-message', 'player-death', 'entity-killed', 'currency-added'];
/** Retention would take what is older. */
const HISTORY_HOURS = 100;

/** Players, each on two game servers, and events in equal steps of time up to now; by SQL, since by any other way it would take hours. */
export async function fill(client: pg.Client, community: Community, { players, events }: FillCounts): Promise<Filled> {
  const schema = schemaOf(community.domainId);
  const { id: second } = await community.root.call(createGameServer, { name: 'second', type: 'MOCK', connectionInfo: '{}' });
  const { gameServerId } = community;
  const step = (count: number): string => `now() - (${count} - n) * interval '1 hour' * ${HISTORY_HOURS} / ${count}`;
  await insertPlayers(client, schema, { to: players });
  for (const [index, server] of [gameServerId, second].entries()) {
    await client.query(`insert into ${schema}."playerOnGameServer"
      ("id", "playerId", "gameServerId", "gameId", "currency", "online", "lastSeen", "playtimeSeconds", "stateAt", "stateSeq", "createdAt", "updatedAt")
      select ${sqlIdOf(POG, `n * 2 + ${index}`)}, ${sqlIdOf(PLAYER)}, '${server}', (76561190000000000 + n)::text, n % 1000, n % 50 = 0,
        at, n % 86400, at, n, at, at
      from (select n, ${step(players)} as at from generate_series(1, ${players}) n) as rows`);
  }
  const names = EVENT_NAMES.map((name) => `'${name}'`).join(', ');
  await client.query(`insert into ${schema}."event"
    ("id", "eventName", "playerId", "gameserverId", "moduleId", "actingUserId", "actingModuleId", "meta", "createdAt", "updatedAt")
    select gen_random_uuid(), (array[${names}])[1 + n % ${EVENT_NAMES.length}], ${sqlIdOf(PLAYER, `1 + n % ${players}`)},
      (array['${gameServerId}', '${second}']::uuid[])[1 + n % 2], case when n % 4 = 0 then ${sqlIdOf(MODULE, 'n / 4 % 200')} end,
      case when n % 10 = 0 then ${sqlIdOf(USER, 'n / 10 % 50')} end, case when n % 10 = 5 then ${sqlIdOf(MODULE, 'n / 10 % 200')} end,
      jsonb_build_object('msg', 'said ' || n), at, at
    from (select n, ${step(events)} as at from generate_series(1, ${events}) n) as rows`);
  for (const table of ['player', 'playerOnGameServer', 'event']) await client.query(`vacuum analyze ${schema}."${table}"`);
  const some = Math.floor(players / 3);
  const { rows } = await client.query<Filled['player']>(
    `select "id", "name", "steamId", "platformId" from ${schema}."player" where "id" = $1`,
    [idOf(PLAYER, some)],
  );
  const [player] = rows;
  if (!player) throw new Error('no player was inserted');
  const middle = new Date(Date.now() - (HISTORY_HOURS * 3_600_000) / 2).toISOString();
  return { community, player, gameServerId, moduleId: idOf(MODULE, 0), userId: idOf(USER, 0), eventName: 'chat-message', middle };
}
