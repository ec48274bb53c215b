import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Nullable, OneOf, Page, rowColumns, Strict, Uuid } from '../shapes.ts';
import { ENTITY_TYPES } from './actions.ts';
import { GameServerOutput, ItemOutput } from './shapes.ts';

const service = 'gameservers';

/** EntityOutput of the published API: a creature or person that a game knows. */
export const EntityOutput = Type.Object({
  name: Type.String(),
  code: Type.String(),
  description: Nullable(Type.String()),
  type: Nullable(OneOf(ENTITY_TYPES)),
  metadata: Nullable(Type.Record(Type.String(), Type.Unknown())),
  gameserverId: Uuid,
  ...rowColumns,
});
export type EntityOutput = Static<typeof EntityOutput>;

const ofThings = { id: Uuid, name: Type.String(), code: Type.String(), gameserverId: Uuid };

/** What games said they have; read anew by the job `syncItems`. */
export const searchItems = request({
  service,
  operation: 'search-items',
  permission: 'READ_ITEMS',
  rest: { method: 'POST', path: '/items/search', id: 'ItemController_search' },
  input: Search({ filters: ofThings, search: ['name', 'code'], extend: ['gameserver'] }),
  output: Page(Type.Object({ ...ItemOutput.properties, gameserver: Type.Optional(Nullable(GameServerOutput)) })),
  errors: [],
  idempotent: true,
});

export const getItem = request({
  service,
  operation: 'get-item',
  permission: 'READ_ITEMS',
  rest: { method: 'GET', path: '/items/:id', id: 'ItemController_findOne' },
  input: Strict({ id: Uuid }),
  output: ItemOutput,
  errors: ['ITEM_NOT_FOUND'],
});

/** What games said lives in them; read anew by the job `syncEntities`. */
export const searchEntities = request({
  service,
  operation: 'search-entities',
  permission: 'READ_ENTITIES',
  rest: { method: 'POST', path: '/entities/search', id: 'EntityController_search' },
  input: Search({ filters: { ...ofThings, type: OneOf(ENTITY_TYPES) }, search: ['name', 'code', 'description'], extend: 'ignored' }),
  output: Page(EntityOutput),
  errors: [],
  idempotent: true,
});

export const getEntity = request({
  service,
  operation: 'get-entity',
  permission: 'READ_ENTITIES',
  rest: { method: 'GET', path: '/entities/:id', id: 'EntityController_findOne' },
  input: Strict({ id: Uuid }),
  output: EntityOutput,
  errors: ['ENTITY_NOT_FOUND'],
});
