import { Type } from 'typebox';
import { event } from '../contract.ts';
import { Instant, Nullable, Uuid } from '../shapes.ts';
import { timestamp } from './game-events.ts';

const plain = Type.Object(timestamp);

/** Once for the player, without a game server, and once for every game server where they are first seen. */
export const playerCreated = event({ name: 'player-created', meta: plain });
export const playerLinked = event({ name: 'player-linked', meta: plain });
export const playerDeleted = event({
  name: 'player-deleted',
  meta: Type.Object({ playerName: Type.Optional(Type.String()), ...timestamp }),
});

export const playerNewNameDetected = event({
  name: 'player-new-name-detected',
  meta: Type.Object({ oldName: Type.Optional(Nullable(Type.String())), newName: Type.String(), ...timestamp }),
});

/** Where the address lies is null when it is not known, as for private ranges. */
export const playerNewIpDetected = event({
  name: 'player-new-ip-detected',
  meta: Type.Object({
    ip: Type.String(),
    country: Nullable(Type.String()),
    city: Nullable(Type.String()),
    longitude: Nullable(Type.String()),
    latitude: Nullable(Type.String()),
    ...timestamp,
  }),
});

const ban = { isGlobal: Type.Boolean(), takaroManaged: Type.Boolean() };

export const playerBanned = event({
  name: 'player-banned',
  meta: Type.Object({ reason: Type.Optional(Nullable(Type.String())), until: Type.Optional(Nullable(Instant)), ...ban, ...timestamp }),
});
export const playerUnbanned = event({ name: 'player-unbanned', meta: Type.Object({ ...ban, ...timestamp }) });

const amount = Type.Object({ amount: Type.Integer({ minimum: 0 }), ...timestamp });

export const currencyAdded = event({ name: 'currency-added', meta: amount });
export const currencyDeducted = event({ name: 'currency-deducted', meta: amount });
export const currencyResetAll = event({
  name: 'currency-reset-all',
  meta: Type.Object({ affectedPlayerCount: Type.Integer({ minimum: 0 }), ...timestamp }),
});

const listing = Type.Object({ id: Uuid, ...timestamp });

export const shopListingCreated = event({ name: 'shop-listing-created', meta: listing });
export const shopListingUpdated = event({ name: 'shop-listing-updated', meta: listing });
export const shopListingDeleted = event({ name: 'shop-listing-deleted', meta: listing });

const ShopItem = Type.Object({
  name: Type.String(),
  code: Type.String(),
  amount: Type.Number(),
  quality: Type.Optional(Nullable(Type.String())),
});

export const shopOrderCreated = event({
  name: 'shop-order-created',
  meta: Type.Object({
    id: Uuid,
    listingName: Type.String(),
    price: Type.Number(),
    amount: Type.Number(),
    totalPrice: Type.Number(),
    items: Type.Optional(Type.Array(ShopItem)),
    ...timestamp,
  }),
});
export const shopOrderStatusChanged = event({
  name: 'shop-order-status-changed',
  meta: Type.Object({ id: Uuid, status: Type.String(), ...timestamp }),
});
export const shopOrderDeliveryFailed = event({
  name: 'shop-order-delivery-failed',
  meta: Type.Object({ id: Uuid, error: Type.String(), items: Type.Array(ShopItem), ...timestamp }),
});
