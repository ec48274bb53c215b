import { Type, type TSchema } from 'typebox';
import { Instant, Nullable, rowColumns, Strict, Uuid } from '../shapes.ts';
import { unavailable } from './unavailable.ts';

const stats = unavailable('Stats');
const tracking = unavailable('Tracking');
const permission = 'READ_PLAYERS';
const text = Type.String();
const number = Type.Number();
const period = { startDate: Type.Optional(Instant), endDate: Type.Optional(Instant) };
const optionalId = Type.Optional(Uuid);

const StatsOutput = Type.Object({ values: Type.Unknown() });

const figure = (path: string, method: string, { input, ...more }: { input: Record<string, TSchema>; permission?: typeof permission }) =>
  stats({
    method: 'GET',
    path: `/stats/${path}`,
    id: `StatsController_get${method}`,
    query: Object.keys(input),
    input: Strict(input),
    output: StatsOutput,
    ...more,
  });

const STATS = [
  figure('ping', 'PingStats', { permission, input: { gameServerId: Uuid, playerId: Uuid, ...period } }),
  figure('currency', 'CurrencyStats', { permission, input: { gameServerId: Uuid, playerId: optionalId, ...period } }),
  figure('latency', 'LatencyStats', { input: { gameServerId: Uuid, ...period } }),
  figure('players-online', 'PlayerOnlineStats', { permission, input: { gameServerId: optionalId, ...period } }),
  figure('activity', 'ActivityStats', { permission, input: { gameServerId: optionalId, timeType: text, dataType: text, ...period } }),
  figure('events-count', 'EventsCount', {
    permission,
    input: {
      eventName: text,
      sumBy: Type.Optional(Type.Array(text)),
      gameServerId: optionalId,
      moduleId: optionalId,
      playerId: optionalId,
      userId: optionalId,
      bucketStep: text,
      ...period,
    },
  }),
  figure('countries', 'CountryStats', { permission, input: { gameServerId: Type.Optional(Type.Array(Uuid)) } }),
];

const ANALYTICS = [
  unavailable('Shop analytics')({
    method: 'GET',
    path: '/analytics/shop',
    id: 'AnalyticsController_getShopAnalytics',
    permission: 'MANAGE_SHOP_LISTINGS',
    query: ['gameServerIds', 'period'],
    input: Strict({ gameServerIds: Type.Optional(Type.Array(Uuid)), period: Type.Optional(text) }),
    output: Type.Object({
      kpis: Type.Object({}),
      revenue: Type.Object({}),
      products: Type.Object({}),
      orders: Type.Object({}),
      customers: Type.Object({}),
      insights: Type.Array(Type.Object({})),
      lastUpdated: text,
      dateRange: text,
      gameServerIds: Type.Optional(Type.Array(text)),
    }),
  }),
];

const whose = { playerId: Uuid, pogId: Uuid };
const place = { x: number, y: number, z: number };
const PlayerLocationOutput = Type.Object({ ...whose, ...place, ...rowColumns });
const PlayerInventoryOutput = Type.Object({
  ...whose,
  itemId: Uuid,
  itemName: text,
  itemCode: text,
  quantity: number,
  quality: Nullable(text),
  ...rowColumns,
});
const PlayerItemHistoryOutput = Type.Object({ ...whose, quantity: number, ...rowColumns });

const track = (path: string, method: string, input: Record<string, TSchema>, output: TSchema) =>
  tracking({
    method: 'POST',
    path: `/tracking/${path}`,
    id: `TrackingController_get${method}`,
    permission,
    input: Strict(input),
    output: Type.Array(output),
  });

const TRACKING = [
  track(
    'location',
    'PlayerMovementHistory',
    { playerId: Type.Optional(Type.Array(Uuid)), ...period, limit: Type.Optional(number) },
    PlayerLocationOutput,
  ),
  track(
    'location/box',
    'BoundingBoxPlayers',
    { minX: number, maxX: number, minY: number, maxY: number, minZ: number, maxZ: number, ...period, gameserverId: Uuid },
    PlayerLocationOutput,
  ),
  track('location/radius', 'RadiusPlayers', { ...place, radius: number, ...period, gameserverId: Uuid }, PlayerLocationOutput),
  track('inventory/player', 'PlayerInventoryHistory', { playerId: Uuid, startDate: Instant, endDate: Instant }, PlayerInventoryOutput),
  track('inventory/item', 'PlayersByItem', { itemId: Uuid, ...period }, PlayerItemHistoryOutput),
];

export const FIGURES = [...STATS, ...ANALYTICS, ...TRACKING];
