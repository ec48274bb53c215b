import type { ErrorSpec } from '../error-spec.ts';

export const GAMESERVERS_ERRORS = {
  GAMESERVER_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Gameserver with id {gameServerId} not found' },
  GAMESERVER_TAKEN: {
    status: 409,
    name: 'ConflictError',
    retry: false,
    message: 'Unique constraint violation: another game server has this name or identity token',
  },
  GAMESERVER_NAME_INVALID: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'The name of a game server has 3 to 50 characters',
  },
  MAX_GAMESERVERS_REACHED: { status: 400, name: 'BadRequestError', retry: false, message: 'Max game servers reached' },
  IDENTITY_TOKEN_REQUIRED: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'A game server of type GENERIC needs an identityToken',
  },
  CONNECTION_INFO_INVALID: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'connectionInfo does not fit the type: {reason}',
  },
  REGISTRATION_TOKEN_INVALID: { status: 400, name: 'BadRequestError', retry: false, message: 'Invalid registrationToken provided' },
  GAMESERVER_DISABLED: { status: 400, name: 'BadRequestError', retry: false, message: 'Game server is disabled' },
  GAMESERVER_NOT_CONNECTED: { status: 400, name: 'BadRequestError', retry: false, message: 'Game server is not connected' },
  ACTION_TIMED_OUT: { status: 400, name: 'BadRequestError', retry: false, message: 'Request timed out after {timeoutMs}ms : {action}' },
  ACTION_FAILED: { status: 400, name: 'BadRequestError', retry: false, message: 'Error from server: {reason}' },
  ACTION_ANSWER_INVALID: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'The gameserver responded with bad data, please verify that the mod is up to date.',
  },
  BAN_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Ban with id {banId} not found' },
  BAN_EXISTS: {
    status: 409,
    name: 'ConflictError',
    retry: false,
    message: 'Unique constraint violation: the player has another ban there',
  },
  BAN_SCOPE_INVALID: {
    status: 400,
    name: 'BadRequestError',
    retry: false,
    message: 'A ban is either global or names one game server by gameServerId',
  },
  ENTITY_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Entity not found' },
  JOB_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Job not found' },
  JOB_NOT_AVAILABLE: { status: 400, name: 'BadRequestError', retry: false, message: '{type} is not available' },
  ITEM_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'Item not found' },
} as const satisfies Record<string, ErrorSpec>;
