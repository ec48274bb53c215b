import { type ServiceName } from '@takaro/contracts/services';
import { SETTING_KEYS } from '@takaro/contracts/settings';

export interface ExpectedTable {
  readonly owner: ServiceName;
  /** The columns that the data model names; a table may have more. `createdAt` and `updatedAt` are everywhere. */
  readonly columns: readonly string[];
  /** Each a set of columns that no two rows share. */
  readonly unique?: readonly (readonly string[])[];
  /** Column → `table`, or `schema.table` above the tenants. */
  readonly references?: Readonly<Record<string, string>>;
}

/** A part of a module version: a hook, a command, a cron. */
const component = (...columns: string[]): ExpectedTable => ({
  owner: 'modules',
  columns: ['id', 'name', 'functionId', 'moduleId', 'versionId', ...columns],
  unique: [['versionId', 'name']],
  references: { functionId: 'function', moduleId: 'module', versionId: 'moduleVersion' },
});

/** The design's data model: every tenant's schema has these tables, with these columns, keys and foreign keys. */
export const DATA_MODEL: Readonly<Record<string, ExpectedTable>> = {
  settings: { owner: 'tenancy', columns: ['id', ...SETTING_KEYS] },
  user: {
    owner: 'tenancy',
    columns: ['id', 'name', 'email', 'idpId', 'playerId', 'isDashboardUser', 'lastSeen'],
    unique: [['email']],
    references: { idpId: 'takaro_tenancy.identity', playerId: 'player' },
  },
  role: { owner: 'tenancy', columns: ['id', 'name', 'system', 'linkedDiscordRoleId'], unique: [['name']] },
  userRole: { owner: 'tenancy', columns: ['userId', 'roleId', 'expiresAt'], references: { userId: 'user', roleId: 'role' } },
  permission: {
    owner: 'tenancy',
    columns: ['code', 'friendlyName', 'description', 'canHaveCount', 'moduleVersionId'],
    unique: [['moduleVersionId', 'code']],
  },
  rolePermission: {
    owner: 'tenancy',
    columns: ['roleId', 'permissionId', 'count'],
    references: { roleId: 'role', permissionId: 'permission' },
  },
  apiToken: {
    owner: 'tenancy',
    columns: ['id', 'userId', 'name', 'permissions', 'expiresAt'],
    references: { userId: 'user', parentId: 'apiToken' },
  },
  gameServer: {
    owner: 'gameservers',
    columns: ['id', 'name', 'type', 'connectionInfo', 'reachable', 'enabled', 'identityToken', 'deletedAt'],
    unique: [['name'], ['identityToken']],
  },
  gameServerSettings: {
    owner: 'gameservers',
    columns: ['id', 'gameServerId', 'settingsId', ...SETTING_KEYS],
    unique: [['gameServerId']],
    references: { gameServerId: 'gameServer', settingsId: 'settings' },
  },
  item: {
    owner: 'gameservers',
    columns: ['id', 'gameServerId', 'code', 'name', 'description', 'icon'],
    unique: [['gameServerId', 'code']],
    references: { gameServerId: 'gameServer' },
  },
  entity: {
    owner: 'gameservers',
    columns: ['id', 'gameServerId', 'code', 'name', 'description', 'type', 'metadata'],
    unique: [['gameServerId', 'code']],
    references: { gameServerId: 'gameServer' },
  },
  ban: {
    owner: 'gameservers',
    columns: ['id', 'gameServerId', 'playerId', 'takaroManaged', 'isGlobal', 'until', 'reason'],
    unique: [['playerId', 'gameServerId']],
    references: { gameServerId: 'gameServer', playerId: 'player' },
  },
  player: {
    owner: 'players',
    columns: ['id', 'platformId', 'name', 'steamId', 'epicOnlineServicesId', 'xboxLiveId'],
    unique: [['platformId']],
  },
  playerOnGameServer: {
    owner: 'players',
    columns: ['id', 'playerId', 'gameServerId', 'gameId', 'currency', 'positionX', 'positionY', 'positionZ', 'online'],
    unique: [
      ['gameServerId', 'gameId'],
      ['gameServerId', 'playerId'],
    ],
    references: { playerId: 'player', gameServerId: 'gameServer' },
  },
  currencyHold: { owner: 'players', columns: ['executionId', 'amount', 'expiresAt'] },
  playerRole: {
    owner: 'players',
    columns: ['playerId', 'roleId', 'gameServerId', 'expiresAt'],
    references: { playerId: 'player', roleId: 'role', gameServerId: 'gameServer' },
  },
  nameHistory: { owner: 'players', columns: ['playerId', 'name'], references: { playerId: 'player' } },
  ipHistory: { owner: 'players', columns: ['playerId', 'ip'], references: { playerId: 'player' } },
  module: { owner: 'modules', columns: ['id', 'name', 'enabled', 'builtin', 'author', 'supportedGames'], unique: [['name']] },
  moduleVersion: {
    owner: 'modules',
    columns: ['id', 'moduleId', 'tag', 'configSchema', 'uiSchema', 'permissions'],
    unique: [['moduleId', 'tag']],
    references: { moduleId: 'module' },
  },
  function: { owner: 'modules', columns: ['id', 'name', 'code', 'versionId'], references: { versionId: 'moduleVersion' } },
  hook: component('searchString', 'regex', 'eventType'),
  command: component('trigger', 'helpText', 'requiredPermissions'),
  cron: component('temporalValue'),
  commandArgument: { owner: 'modules', columns: ['commandId', 'name', 'type'], references: { commandId: 'command' } },
  functionAssignment: {
    owner: 'modules',
    columns: ['id', 'functionId', 'cronJob', 'hook', 'command', 'position'],
    references: { functionId: 'function', cronJob: 'cron', hook: 'hook', command: 'command' },
  },
  moduleInstallation: {
    owner: 'modules',
    columns: ['moduleId', 'versionId', 'gameServerId', 'userConfig', 'systemConfig'],
    unique: [['moduleId', 'gameServerId']],
    references: { moduleId: 'module', versionId: 'moduleVersion', gameServerId: 'gameServer' },
  },
  execution: {
    owner: 'modules',
    columns: [
      'id',
      'trigger',
      'componentId',
      'assignmentId',
      'functionId',
      'installationId',
      'state',
      'attempt',
      'leaseUntil',
      'logs',
      'calls',
    ],
    unique: [['id']],
  },
  variable: {
    owner: 'modules',
    columns: ['key', 'value', 'expiresAt', 'moduleId', 'gameServerId', 'playerId'],
    unique: [['key', 'moduleId', 'gameServerId', 'playerId']],
    references: { moduleId: 'module', gameServerId: 'gameServer', playerId: 'player' },
  },
  event: {
    owner: 'events',
    columns: ['id', 'eventName', 'gameserverId', 'playerId', 'moduleId', 'userId', 'actingUserId', 'actingModuleId', 'meta'],
    unique: [['id']],
  },
};

/** What services keep in a tenant's schema besides: no table of the data model, but the tenant's and gone with it. */
export const BESIDES: Readonly<Record<string, ServiceName>> = {
  moduleRevision: 'modules',
  executionWindow: 'modules',
  cooldown: 'modules',
  job: 'gameservers',
};
