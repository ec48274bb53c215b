import { Type } from 'typebox';
import { ItemOutput } from '../gameservers/shapes.ts';
import { Instant, Nullable, OneOf, rowColumns, Uuid } from '../shapes.ts';

const text = Type.String();
const optional = { quality: Type.Optional(text), code: Type.Optional(text), itemId: Type.Optional(Uuid) };

export const ShopListingItemMetaInput = Type.Object({ amount: Type.Number(), ...optional });

const ShopListingItemMetaOutput = Type.Object({ amount: Type.Number(), quality: Nullable(text), item: ItemOutput, ...rowColumns });

export const ShopCategoryOutput = Type.Object({
  name: text,
  emoji: text,
  parentId: Nullable(Uuid),
  listingCount: Type.Optional(Type.Number()),
  ...rowColumns,
});

export const ShopListingOutput = Type.Object({
  gameServerId: Uuid,
  items: Type.Array(ShopListingItemMetaOutput),
  price: Type.Number(),
  name: text,
  deletedAt: Nullable(Instant),
  draft: Type.Boolean(),
  categories: Type.Optional(Type.Array(ShopCategoryOutput)),
  ...rowColumns,
});

export const ShopOrderOutput = Type.Object({
  listingId: Uuid,
  playerId: Uuid,
  amount: Type.Number(),
  status: OneOf(['COMPLETED', 'PAID', 'CANCELED']),
  listing: Type.Optional(ShopListingOutput),
  ...rowColumns,
});
