/** The events that the history keeps, in the order of the published API. */
export const STORED_EVENT_NAMES = [
  'role-assigned',
  'role-removed',
  'role-created',
  'role-updated',
  'role-deleted',
  'command-executed',
  'command-execution-denied',
  'hook-executed',
  'cronjob-executed',
  'currency-added',
  'currency-deducted',
  'currency-reset-all',
  'settings-set',
  'player-new-ip-detected',
  'player-new-name-detected',
  'server-status-changed',
  'module-created',
  'module-updated',
  'module-deleted',
  'module-installed',
  'module-uninstalled',
  'player-created',
  'shop-listing-created',
  'shop-listing-updated',
  'shop-listing-deleted',
  'shop-order-created',
  'shop-order-status-changed',
  'shop-order-delivery-failed',
  'player-linked',
  'gameserver-created',
  'gameserver-updated',
  'gameserver-deleted',
  'player-banned',
  'player-unbanned',
  'player-deleted',
  'player-connected',
  'player-disconnected',
  'chat-message',
  'player-death',
  'entity-killed',
] as const;
export type StoredEventName = (typeof STORED_EVENT_NAMES)[number];

/** The events that hooks can wait for: the stored ones and two that pass by. */
export const HOOK_EVENT_NAMES = [...STORED_EVENT_NAMES, 'log', 'discord-message'] as const;
export type HookEventName = (typeof HOOK_EVENT_NAMES)[number];

/** The events that a game itself tells. */
export const GAME_EVENT_NAMES = [
  'log',
  'player-connected',
  'player-disconnected',
  'chat-message',
  'player-death',
  'entity-killed',
] as const;
export type GameEventName = (typeof GAME_EVENT_NAMES)[number];
