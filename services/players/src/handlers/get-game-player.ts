import type { Handler } from '@takaro/bus';
import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import type { getGamePlayer } from '@takaro/contracts/players/in-games';
import { type Parts, sqlOf } from '../parts.ts';
import type { PlayerColumns } from '../rows.ts';

const IDS = ['steamId', 'epicOnlineServicesId', 'xboxLiveId', 'platformId'] as const;

type Found = Pick<PlayerColumns, 'name' | (typeof IDS)[number]>;

export const handleGetGamePlayer =
  ({ db }: Parts): Handler<typeof getGamePlayer> =>
  async ({ gameServerId, gameId }, { domainId }) => {
    const [found] = await sqlOf(db, domainId)<Found>(
      `select p."name", p."steamId", p."epicOnlineServicesId", p."xboxLiveId", p."platformId"
       from {schema}."playerOnGameServer" g join {schema}."player" p on p."id" = g."playerId"
       where g."gameServerId" = $1 and g."gameId" = $2`,
      [gameServerId, gameId],
    );
    return found ? { gameId, name: found.name, ...knownIds(found) } : null;
  };

const knownIds = (found: Found): Partial<GamePlayer> =>
  Object.fromEntries(IDS.flatMap((name) => (found[name] === null ? [] : [[name, found[name]]])));
