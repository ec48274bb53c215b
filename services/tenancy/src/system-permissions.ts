import type { PermissionCode } from '@takaro/contracts/permissions';

interface PermissionText {
  readonly friendlyName: string;
  readonly description: string;
}

/** What each permission of the platform allows, in words for those who give roles. */
export const SYSTEM_PERMISSIONS = {
  ROOT: { friendlyName: 'Root', description: 'Everything, without exception' },
  MANAGE_USERS: { friendlyName: 'Manage users', description: 'Add, change and remove users, and give them roles' },
  READ_USERS: { friendlyName: 'Read users', description: 'See the users and their roles' },
  MANAGE_ROLES: { friendlyName: 'Manage roles', description: 'Add, change and remove roles, and give them to players and users' },
  READ_ROLES: { friendlyName: 'Read roles', description: 'See the roles and what they allow' },
  MANAGE_GAMESERVERS: { friendlyName: 'Manage game servers', description: 'Add, change and remove game servers, and act on them' },
  READ_MODULES: { friendlyName: 'Read modules', description: 'See the modules with their code and configuration' },
  MANAGE_MODULES: { friendlyName: 'Manage modules', description: 'Write, install and remove modules' },
  READ_PLAYERS: { friendlyName: 'Read players', description: 'See the players and what is known about them' },
  MANAGE_PLAYERS: { friendlyName: 'Manage players', description: 'Change players, their currency, their roles and their bans' },
  MANAGE_SETTINGS: { friendlyName: 'Manage settings', description: 'Change the settings of the domain and of its game servers' },
  READ_SETTINGS: { friendlyName: 'Read settings', description: 'See the settings' },
  READ_VARIABLES: { friendlyName: 'Read variables', description: 'See what modules remember' },
  MANAGE_VARIABLES: { friendlyName: 'Manage variables', description: 'Change what modules remember' },
  READ_EVENTS: { friendlyName: 'Read events', description: 'See what happened' },
  MANAGE_EVENTS: { friendlyName: 'Manage events', description: 'Add events to the history' },
  READ_ITEMS: { friendlyName: 'Read items', description: 'See the items that the games know' },
  MANAGE_ITEMS: { friendlyName: 'Manage items', description: 'Change the items that the games know' },
  READ_ENTITIES: { friendlyName: 'Read entities', description: 'See the entities that the games know' },
  MANAGE_ENTITIES: { friendlyName: 'Manage entities', description: 'Change the entities that the games know' },
  MANAGE_SHOP_LISTINGS: { friendlyName: 'Manage shop listings', description: 'Add, change and remove what the shop offers' },
  MANAGE_SHOP_ORDERS: { friendlyName: 'Manage shop orders', description: 'See and change the orders of all players' },
  VIEW_DISCORD_INFO: { friendlyName: 'View Discord', description: 'See the linked Discord servers, their channels and roles' },
  SEND_DISCORD_MESSAGE: { friendlyName: 'Send Discord messages', description: 'Write messages to linked Discord channels' },
} as const satisfies Record<PermissionCode, PermissionText>;
