import type { ErrorSpec } from '../error-spec.ts';

const notFound = (thing: string) =>
  ({ status: 404, name: 'NotFoundError', retry: false, message: `${thing} with id {id} not found` }) as const;
const badRequest = (message: string) => ({ status: 400, name: 'BadRequestError', retry: false, message }) as const;
const notValid = (message: string) => ({ status: 400, name: 'ValidationError', retry: false, message }) as const;
const taken = { status: 409, name: 'ConflictError', retry: false, message: 'Unique constraint violation' } as const;

export const MODULES_ERRORS = {
  MODULE_NOT_FOUND: notFound('Module'),
  VERSION_NOT_FOUND: notFound('Module version'),
  INSTALLATION_NOT_FOUND: { status: 404, name: 'NotFoundError', retry: false, message: 'The module is not installed on this game server' },
  FUNCTION_NOT_FOUND: notFound('Function'),
  COMMAND_NOT_FOUND: notFound('Command'),
  COMMAND_ARGUMENT_NOT_FOUND: notFound('Command argument'),
  HOOK_NOT_FOUND: notFound('Hook'),
  CRON_JOB_NOT_FOUND: notFound('Cron job'),
  ASSIGNMENT_NOT_FOUND: notFound('Function assignment'),
  VARIABLE_NOT_FOUND: notFound('Variable'),
  EXECUTION_NOT_FOUND: notFound('Execution'),

  EXECUTION_NOT_RERUNNABLE: {
    status: 409,
    name: 'ConflictError',
    retry: false,
    message: 'Only an execution that failed or was interrupted can be run again, this one is {state}',
  },

  MODULE_NAME_TAKEN: taken,
  COMPONENT_NAME_TAKEN: taken,
  COMMAND_ARGUMENT_TAKEN: taken,
  ASSIGNMENT_TAKEN: taken,
  VERSION_TAKEN: taken,
  VARIABLE_TAKEN: taken,

  MODULE_BUILTIN: badRequest('Cannot modify builtin modules'),
  VERSION_TAGGED: badRequest('Cannot modify a tagged version, edit "latest" instead'),
  TAG_INVALID: badRequest('A tag must be a semantic version such as 1.0.0'),
  MODULES_LIMIT: badRequest('Too many modules, the limit is {limit}'),
  FUNCTIONS_LIMIT: badRequest('Too many commands, hooks, cron jobs and functions in this module, the limit is {limit}'),
  VARIABLES_LIMIT: badRequest('Too many variables'),
  CONFIG_SCHEMA_INVALID: badRequest('Invalid config schema'),
  IMPORT_INVALID: notValid('The module cannot be imported: {reason}'),
  CONFIG_INVALID: notValid('Invalid config: {reason}'),
  PATTERN_INVALID: notValid('regex is not a regular expression: {reason}'),
  CRON_INVALID: notValid('temporalValue {reason}'),
  EVENT_META_INVALID: notValid('eventMeta is not what an event of this type holds'),
  COMPONENT_NOT_IN_VERSION: badRequest('The function belongs to another module version'),
  ASSIGNMENT_ORIGINAL: badRequest('The function that a command, hook or cron job was written with cannot be taken away'),
  FUNCTION_IN_USE: badRequest('The function is what a command, hook or cron job was written with. Remove that instead.'),
} as const satisfies Record<string, ErrorSpec>;
