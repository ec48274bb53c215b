import { Type } from 'typebox';
import { Search } from '../search.ts';
import { Empty, Instant, Page, Strict, Uuid } from '../shapes.ts';
import { ShopCategoryOutput, ShopListingItemMetaInput, ShopListingOutput, ShopOrderOutput } from './shop-shapes.ts';
import { unavailable } from './unavailable.ts';

const shop = unavailable('Shop');
const permission = 'MANAGE_SHOP_LISTINGS';
const text = Type.String();
const flag = Type.Boolean();
const ids = Type.Array(Uuid);
const byId = Strict({ id: Uuid });
const ofServer = Type.Optional(Uuid);
const times = { createdAt: Instant, updatedAt: Instant };
const listingFields = { draft: Type.Optional(flag), categoryIds: Type.Optional(ids) };
const items = Type.Array(ShopListingItemMetaInput);

const listing = (method: string): string => `ShopListingController_${method}`;
const order = (method: string): string => `ShopOrderController_${method}`;
const category = (method: string): string => `ShopCategoryController_${method}`;

const LISTINGS = [
  shop({
    method: 'POST',
    path: '/shop/listing/search',
    id: listing('search'),
    input: Search({
      filters: { id: Uuid, gameServerId: Uuid, price: Type.Number(), name: text, draft: flag, categoryIds: Uuid, uncategorized: flag },
      search: ['name'],
      ranges: { price: Type.Number(), deletedAt: Instant, ...times },
      extend: ['gameServer', 'items', 'categories'],
    }),
    output: Page(ShopListingOutput),
  }),
  shop({ method: 'GET', path: '/shop/listing/:id', id: listing('getOne'), input: byId, output: ShopListingOutput }),
  shop({
    method: 'PUT',
    path: '/shop/listing/:id',
    id: listing('update'),
    permission,
    input: Strict({
      id: Uuid,
      gameServerId: ofServer,
      items: Type.Optional(items),
      price: Type.Optional(Type.Number()),
      name: Type.Optional(text),
      ...listingFields,
    }),
    output: ShopListingOutput,
  }),
  shop({ method: 'DELETE', path: '/shop/listing/:id', id: listing('delete'), permission, input: byId, output: Empty }),
  shop({
    method: 'POST',
    path: '/shop/listing/',
    id: listing('create'),
    permission,
    input: Strict({ gameServerId: Uuid, items, price: Type.Number(), name: text, ...listingFields }),
    output: ShopListingOutput,
  }),
  shop({ method: 'POST', path: '/shop/listing/import', id: listing('importListings'), permission, input: Strict({}), output: Empty }),
];

const ORDERS = [
  shop({
    method: 'POST',
    path: '/shop/order/',
    id: order('create'),
    input: Strict({ listingId: Uuid, playerId: Type.Optional(Uuid), amount: Type.Number({ minimum: 1 }) }),
    output: ShopOrderOutput,
  }),
  shop({ method: 'GET', path: '/shop/order/:id', id: order('getOne'), input: byId, output: ShopOrderOutput }),
  shop({
    method: 'POST',
    path: '/shop/order/search',
    id: order('search'),
    input: Search({
      filters: { listingId: Uuid, gameServerId: Uuid, playerId: Uuid, userId: Uuid, amount: Type.Number(), status: text, id: Uuid },
      ranges: { amount: Type.Number(), ...times },
      extend: ['listing', 'listing.items', 'listing.items.item'],
    }),
    output: Page(ShopOrderOutput),
  }),
  shop({ method: 'POST', path: '/shop/order/:id/claim', id: order('claim'), input: byId, output: ShopOrderOutput }),
  shop({ method: 'POST', path: '/shop/order/:id/cancel', id: order('cancel'), input: byId, output: ShopOrderOutput }),
];

const CATEGORIES = [
  shop({
    method: 'POST',
    path: '/shop/category/search',
    id: category('search'),
    input: Search({ filters: { id: Uuid, parentId: Uuid, gameServerId: Uuid }, search: ['name'], ranges: times }),
    output: Page(ShopCategoryOutput),
  }),
  shop({
    method: 'GET',
    path: '/shop/category/:id',
    id: category('getOne'),
    query: ['gameServerId'],
    input: Strict({ id: Uuid, gameServerId: ofServer }),
    output: ShopCategoryOutput,
  }),
  shop({
    method: 'PUT',
    path: '/shop/category/:id',
    id: category('update'),
    permission,
    input: Strict({ id: Uuid, name: Type.Optional(text), emoji: Type.Optional(text), parentId: Type.Optional(Uuid) }),
    output: ShopCategoryOutput,
  }),
  shop({
    method: 'DELETE',
    path: '/shop/category/:id',
    id: category('remove'),
    permission,
    input: byId,
    output: Strict({ success: flag }),
  }),
  shop({
    method: 'GET',
    path: '/shop/category/',
    id: category('getAll'),
    query: ['gameServerId'],
    input: Strict({ gameServerId: ofServer }),
    output: Type.Array(ShopCategoryOutput),
  }),
  shop({
    method: 'POST',
    path: '/shop/category/',
    id: category('create'),
    permission,
    input: Strict({ name: text, emoji: text, parentId: Type.Optional(Uuid) }),
    output: ShopCategoryOutput,
  }),
  shop({
    method: 'POST',
    path: '/shop/category/:id/move',
    id: category('move'),
    permission,
    input: Strict({ id: Uuid, parentId: Type.Optional(Uuid) }),
    output: ShopCategoryOutput,
  }),
  shop({
    method: 'POST',
    path: '/shop/category/bulk-assign',
    id: category('bulkAssign'),
    permission,
    input: Strict({ listingIds: ids, addCategoryIds: Type.Optional(ids), removeCategoryIds: Type.Optional(ids) }),
    output: Empty,
  }),
];

export const SHOP = [...LISTINGS, ...ORDERS, ...CATEGORIES];
