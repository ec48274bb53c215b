import { Type } from 'typebox';
import { request } from '../contract.ts';
import { SETTING_KEYS } from '../settings.ts';
import { Empty, OneOf, Strict, Uuid } from '../shapes.ts';
import { SettingsOutput } from './shapes.ts';

const Key = OneOf(SETTING_KEYS);

export const getSetting = request({
  service: 'tenancy',
  operation: 'get-setting',
  permission: [],
  rest: { method: 'GET', path: '/settings/:key', id: 'SettingsController_getOne', query: ['gameServerId'] },
  input: Strict({ key: Key, gameServerId: Type.Optional(Uuid) }),
  output: SettingsOutput,
  errors: ['GAMESERVER_NOT_FOUND'],
});

/** Those of `keys`, or all, in the order of the table of settings. */
export const getSettings = request({
  service: 'tenancy',
  operation: 'get-settings',
  permission: [],
  rest: { method: 'GET', path: '/settings', id: 'SettingsController_get', query: ['keys', 'gameServerId'] },
  input: Strict({ keys: Type.Optional(Type.Array(Key, { maxItems: 100 })), gameServerId: Type.Optional(Uuid) }),
  output: Type.Array(SettingsOutput),
  errors: ['GAMESERVER_NOT_FOUND'],
});

/** Stores a value for the domain, or for one game server. Values are kept as text. */
export const setSetting = request({
  service: 'tenancy',
  operation: 'set-setting',
  permission: 'MANAGE_SETTINGS',
  rest: { method: 'POST', path: '/settings/:key', id: 'SettingsController_set' },
  input: Strict({
    key: Key,
    gameServerId: Type.Optional(Uuid),
    value: Type.Union([Type.String({ maxLength: 10_000 }), Type.Number(), Type.Boolean()]),
  }),
  output: SettingsOutput,
  errors: ['GAMESERVER_NOT_FOUND', 'SETTING_REFUSED'],
});

/** Forgets the stored value, so that the next one in line holds: that of the domain, or the default. */
export const deleteSetting = request({
  service: 'tenancy',
  operation: 'delete-setting',
  permission: 'MANAGE_SETTINGS',
  rest: { method: 'DELETE', path: '/settings/:key', id: 'SettingsController_delete', query: ['gameServerId'] },
  input: Strict({ key: Key, gameServerId: Type.Optional(Uuid) }),
  output: Empty,
  errors: ['GAMESERVER_NOT_FOUND'],
  idempotent: true,
});
