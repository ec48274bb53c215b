import { defineEntity, p } from '@mikro-orm/postgresql';
import { rowProperties } from '@takaro/tenant-db';

/** What searches read of a player. It is written by plain SQL, since state is only ever moved forward. */
export const PlayerEntity = defineEntity({
  name: 'Player',
  tableName: 'player',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    steamId: p.text().nullable(),
    xboxLiveId: p.text().nullable(),
    epicOnlineServicesId: p.text().nullable(),
    platformId: p.text().nullable(),
    steamAvatar: p.text().nullable(),
    steamAccountCreated: p.datetime().columnType('timestamptz(3)').nullable(),
    steamCommunityBanned: p.boolean().nullable(),
    steamEconomyBan: p.text().nullable(),
    steamVacBanned: p.boolean().nullable(),
    steamsDaysSinceLastBan: p.integer().nullable(),
    steamNumberOfVACBans: p.integer().nullable(),
    steamLevel: p.integer().nullable(),
    steamLastFetch: p.datetime().columnType('timestamptz(3)').nullable(),
    playtimeSeconds: p.integer(),
  },
});
