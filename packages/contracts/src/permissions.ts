/** The 24 permissions of the platform; module versions add codes of their own. Source: rest facts of Takaro 0.4.11, section 3. */
export const PERMISSIONS = [
  'ROOT',
  'MANAGE_USERS',
  'READ_USERS',
  'MANAGE_ROLES',
  'READ_ROLES',
  'MANAGE_GAMESERVERS',
  'READ_MODULES',
  'MANAGE_MODULES',
  'READ_PLAYERS',
  'MANAGE_PLAYERS',
  'MANAGE_SETTINGS',
  'READ_SETTINGS',
  'READ_VARIABLES',
  'MANAGE_VARIABLES',
  'READ_EVENTS',
  'MANAGE_EVENTS',
  'READ_ITEMS',
  'MANAGE_ITEMS',
  'READ_ENTITIES',
  'MANAGE_ENTITIES',
  'MANAGE_SHOP_LISTINGS',
  'MANAGE_SHOP_ORDERS',
  'VIEW_DISCORD_INFO',
  'SEND_DISCORD_MESSAGE',
] as const;

export type PermissionCode = (typeof PERMISSIONS)[number];
