import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { EntityOutput } from '@takaro/contracts/gameservers/catalogue';
import type { ItemOutput } from '@takaro/contracts/gameservers/shapes';
import { rowProperties } from '@takaro/tenant-db';

export const Item = defineEntity({
  name: 'Item',
  tableName: 'item',
  schema: '*',
  properties: {
    ...rowProperties,
    gameServerId: p.uuid(),
    code: p.text(),
    name: p.text(),
    description: p.text().nullable(),
    icon: p.text().nullable(),
  },
});
export type Item = InferEntity<typeof Item>;

/** A creature or person of a game; the word stands in its way elsewhere. */
export const GameEntity = defineEntity({
  name: 'GameEntity',
  tableName: 'entity',
  schema: '*',
  properties: {
    ...rowProperties,
    gameServerId: p.uuid(),
    code: p.text(),
    name: p.text(),
    description: p.text().nullable(),
    type: p.text().$type<'hostile' | 'friendly' | 'neutral'>().nullable(),
    metadata: p.json().$type<Record<string, unknown>>().nullable(),
  },
});
export type GameEntity = InferEntity<typeof GameEntity>;

/** Published fields that bear another name in the tables. */
export const PUBLISHED = { gameserverId: 'gameServerId' } as const;

export const itemOutput = (item: Item): ItemOutput => ({
  name: item.name,
  code: item.code,
  description: item.description ?? null,
  icon: item.icon ?? null,
  gameserverId: item.gameServerId,
  id: item.id,
  createdAt: item.createdAt.toISOString(),
  updatedAt: item.updatedAt.toISOString(),
});

export const entityOutput = (entity: GameEntity): EntityOutput => ({
  name: entity.name,
  code: entity.code,
  description: entity.description ?? null,
  type: entity.type ?? null,
  metadata: entity.metadata ?? null,
  gameserverId: entity.gameServerId,
  id: entity.id,
  createdAt: entity.createdAt.toISOString(),
  updatedAt: entity.updatedAt.toISOString(),
});
