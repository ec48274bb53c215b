import { Type } from 'typebox';
import { Empty, Strict, Uuid } from '../shapes.ts';
import { DISCORD } from './discord.ts';
import { FIGURES } from './figures.ts';
import { SHOP } from './shop.ts';
import { unavailable, type UnavailableContract } from './unavailable.ts';

const map = unavailable('Map');
const csmm = unavailable('CSMM import');
const externalAuth = unavailable('External authentication');
const permission = 'MANAGE_GAMESERVERS';
const coordinate = Type.Integer();

const MAP = [
  map({
    method: 'GET',
    path: '/gameserver/:id/map/info',
    id: 'GameServerController_getMapInfo',
    input: Strict({ id: Uuid }),
    output: Type.Object({
      enabled: Type.Boolean(),
      mapBlockSize: Type.Number(),
      maxZoom: Type.Number(),
      mapSizeX: Type.Number(),
      mapSizeY: Type.Number(),
      mapSizeZ: Type.Number(),
    }),
  }),
  map({
    method: 'GET',
    path: '/gameserver/:id/map/tile/:x/:y/:z',
    id: 'GameServerController_getMapTile',
    input: Strict({ id: Uuid, x: coordinate, y: coordinate, z: coordinate }),
    output: Empty,
  }),
];

const CSMM = [
  csmm({
    method: 'GET',
    path: '/gameserver/import/:id',
    id: 'GameServerController_getImport',
    permission,
    input: Strict({ id: Type.String() }),
    output: Type.Object({ id: Type.String(), status: Type.String(), failedReason: Type.Optional(Type.String()) }),
  }),
  csmm({
    method: 'POST',
    path: '/gameserver/import',
    id: 'GameServerController_importFromCSMM',
    permission,
    input: Strict({}),
    output: Type.Object({ id: Type.String() }),
  }),
];

const EXTERNAL_AUTH = [
  externalAuth({
    method: 'GET',
    path: '/auth/discord',
    id: 'ExternalAuthController_authDiscord',
    query: ['redirect'],
    input: Strict({ redirect: Type.String() }),
    output: Empty,
  }),
  externalAuth({
    method: 'GET',
    path: '/auth/discord/return',
    id: 'ExternalAuthController_authDiscordReturn',
    input: Strict({}),
    output: Empty,
  }),
];

/** Every operation of the published API that there is not yet. */
export const UNAVAILABLE: readonly UnavailableContract[] = [...SHOP, ...FIGURES, ...DISCORD, ...MAP, ...CSMM, ...EXTERNAL_AUTH];
