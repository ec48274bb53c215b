import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Page, Strict, Uuid } from '../shapes.ts';
import { Code, CommandArgumentOutput, CommandOutput, Description } from './shapes.ts';

const Name = Type.String({ minLength: 1, maxLength: 150 });
const ShortText = Type.String({ maxLength: 255 });
const Position = Type.Integer({ minimum: 0, maximum: 32_767 });

/** Types that mean something are `string`, `number`, `boolean` and `player`; another one yields no value. */
const argumentFields = {
  name: Name,
  type: Type.String({ minLength: 1, maxLength: 255 }),
  helpText: Type.Optional(ShortText),
  defaultValue: Type.Optional(ShortText),
  position: Position,
  commandId: Type.Optional(Uuid),
};
export const CommandArgumentCreate = Strict(argumentFields);
export type CommandArgumentCreate = Static<typeof CommandArgumentCreate>;

const Trigger = Type.String({ minLength: 1, maxLength: 255 });
const written = {
  description: Type.Optional(Description),
  helpText: Type.Optional(Type.String({ maxLength: 131_072 })),
  function: Type.Optional(Code),
  arguments: Type.Optional(Type.Array(CommandArgumentCreate, { maxItems: 100 })),
  requiredPermissions: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 100 })),
};

export const searchCommands = request({
  service: 'modules',
  operation: 'search-commands',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/command/search', id: 'CommandController_search' },
  input: Search({
    filters: { moduleId: Uuid, versionId: Uuid, name: Type.String(), enabled: Type.Boolean(), id: Uuid },
    search: ['name'],
    /** The first three are taken and have no effect, as in the published API. */
    extend: ['module', 'gameServer', 'permissions', 'functionAssignments'],
  }),
  output: Page(CommandOutput),
  errors: [],
});

export const getCommand = request({
  service: 'modules',
  operation: 'get-command',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: '/command/:id', id: 'CommandController_getOne' },
  input: Strict({ id: Uuid }),
  output: CommandOutput,
  errors: ['COMMAND_NOT_FOUND'],
});

export const createCommand = request({
  service: 'modules',
  operation: 'create-command',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/command', id: 'CommandController_create' },
  input: Strict({ name: Name, trigger: Trigger, versionId: Uuid, ...written }),
  output: CommandOutput,
  errors: ['VERSION_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'COMMAND_ARGUMENT_TAKEN', 'MODULE_BUILTIN', 'VERSION_TAGGED', 'FUNCTIONS_LIMIT'],
});

/** `arguments` replaces all. Without `requiredPermissions` they become none, as the published API has it. */
export const updateCommand = request({
  service: 'modules',
  operation: 'update-command',
  permission: 'MANAGE_MODULES',
  rest: { method: 'PUT', path: '/command/:id', id: 'CommandController_update' },
  input: Strict({ id: Uuid, name: Type.Optional(Name), trigger: Type.Optional(Trigger), ...written }),
  output: CommandOutput,
  errors: ['COMMAND_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'COMMAND_ARGUMENT_TAKEN', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const removeCommand = request({
  service: 'modules',
  operation: 'remove-command',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/command/:id', id: 'CommandController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['COMMAND_NOT_FOUND', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const createCommandArgument = request({
  service: 'modules',
  operation: 'create-command-argument',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/command/argument', id: 'CommandController_createArgument' },
  input: Strict(argumentFields),
  output: CommandArgumentOutput,
  errors: ['COMMAND_NOT_FOUND', 'COMMAND_ARGUMENT_TAKEN', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const updateCommandArgument = request({
  service: 'modules',
  operation: 'update-command-argument',
  permission: 'MANAGE_MODULES',
  rest: { method: 'PUT', path: '/command/argument/:id', id: 'CommandController_updateArgument' },
  input: Strict({
    id: Uuid,
    name: Type.Optional(Name),
    type: Type.Optional(argumentFields.type),
    helpText: argumentFields.helpText,
    defaultValue: argumentFields.defaultValue,
  }),
  output: CommandArgumentOutput,
  errors: ['COMMAND_ARGUMENT_NOT_FOUND', 'COMMAND_ARGUMENT_TAKEN', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const removeCommandArgument = request({
  service: 'modules',
  operation: 'remove-command-argument',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/command/argument/:id', id: 'CommandController_removeArgument' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['COMMAND_ARGUMENT_NOT_FOUND', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

/** As if the player had typed `msg`. The id in the path is the game server's, as the published API has it. */
export const triggerCommand = request({
  service: 'modules',
  operation: 'trigger-command',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/command/:id/trigger', id: 'CommandController_trigger' },
  input: Strict({ id: Uuid, playerId: Uuid, msg: Type.String({ maxLength: 4_096 }) }),
  output: Empty,
  errors: ['GAMESERVER_NOT_FOUND', 'PLAYER_NOT_FOUND'],
  timeoutMs: 5_000,
});
