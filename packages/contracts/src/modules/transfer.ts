import { type Static, type TSchema, Type } from 'typebox';
import { request } from '../contract.ts';
import { HOOK_EVENT_NAMES } from '../events/names.ts';
import { LIMITS } from '../limits.ts';
import { Nullable, OneOf, Strict, Uuid } from '../shapes.ts';
import { Code, ModuleOutput } from './shapes.ts';

/** Files come from other installations and later versions: what they hold beyond this is ignored, and null is as good as absent. */
const Open = <Properties extends Record<string, TSchema>>(properties: Properties) => Type.Object(properties);
const Maybe = <Schema extends TSchema>(schema: Schema) => Type.Optional(Nullable(schema));
const Listed = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Array(schema, { maxItems: LIMITS.versionPartsOfAKind }));

const Name = Type.String({ minLength: 1, maxLength: 255 });
const ShortText = Type.String({ maxLength: 255 });
const LongText = Type.String({ maxLength: 131_072 });

/** Ours: a function that a component runs besides its own. It is named by one of these, or its code stands here. */
const TransferAssignment = Open({
  position: Type.Integer({ minimum: 1, maximum: 32_767 }),
  /** A function of the version by its name. */
  functionName: Type.Optional(Name),
  /** The function that another component of the version was written with. */
  command: Type.Optional(Name),
  hook: Type.Optional(Name),
  cronJob: Type.Optional(Name),
  /** A function without a name. */
  function: Type.Optional(Code),
  description: Maybe(LongText),
});
export type TransferAssignment = Static<typeof TransferAssignment>;

const component = {
  name: Name,
  description: Maybe(LongText),
  /** The source of the function that the component was written with. */
  function: Code,
  assignedFunctions: Listed(TransferAssignment),
};

const TransferArgument = Open({
  name: Type.String({ minLength: 1, maxLength: 150 }),
  type: ShortText,
  helpText: Maybe(ShortText),
  defaultValue: Maybe(ShortText),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 32_767 })),
});
const TransferCommand = Open({
  ...component,
  trigger: Type.String({ minLength: 1, maxLength: 255 }),
  helpText: Maybe(LongText),
  arguments: Type.Optional(Type.Array(TransferArgument, { maxItems: 100 })),
  requiredPermissions: Type.Optional(Type.Array(Name, { maxItems: 100 })),
});
const TransferHook = Open({ ...component, eventType: OneOf(HOOK_EVENT_NAMES), regex: Maybe(ShortText), searchString: Maybe(ShortText) });
const TransferCronJob = Open({ ...component, temporalValue: ShortText });
const TransferFunction = Open({ name: Name, description: Maybe(LongText), function: Code });
const TransferPermission = Open({
  permission: Type.String({ minLength: 1, maxLength: 200 }),
  friendlyName: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.String({ minLength: 1, maxLength: 5_000 }),
  canHaveCount: Maybe(Type.Boolean()),
});

/** JSON inside a string; whoever imports it says what is wrong with it. */
const DocumentText = Type.String({ maxLength: 900_000 });

const content = {
  uiSchema: Maybe(DocumentText),
  defaultSystemConfig: Maybe(DocumentText),
  commands: Listed(TransferCommand),
  hooks: Listed(TransferHook),
  cronJobs: Listed(TransferCronJob),
  functions: Listed(TransferFunction),
  permissions: Listed(TransferPermission),
};

const TransferVersion = Open({
  tag: Type.String({ minLength: 1, maxLength: 100 }),
  description: Type.String({ maxLength: 500_000 }),
  configSchema: DocumentText,
  ...content,
});
export type TransferVersion = Static<typeof TransferVersion>;

const file = {
  name: Name,
  /** By whom it was written; nothing is read out of it. */
  takaroVersion: Maybe(Type.String()),
  author: Maybe(ShortText),
  supportedGames: Maybe(Type.Array(ShortText, { maxItems: 100 })),
  /** Ours: a module that is not enabled matches nothing. Enabled where it is left out. */
  enabled: Maybe(Type.Boolean()),
};

/** A module as a file, one entry for each version. */
export const ModuleTransfer = Open({ ...file, versions: Type.Array(TransferVersion, { maxItems: LIMITS.importVersions }) });
export type ModuleTransfer = Static<typeof ModuleTransfer>;

/** What an import takes: the same, or a file of before there were versions, whose content is that of `latest`. */
export const ModuleImport = Open({
  ...file,
  versions: Type.Optional(Type.Array(TransferVersion, { maxItems: LIMITS.importVersions })),
  description: Maybe(Type.String({ maxLength: 500_000 })),
  configSchema: Maybe(DocumentText),
  ...content,
});
export type ModuleImport = Static<typeof ModuleImport>;

/** All versions, or those named. */
export const exportModule = request({
  service: 'modules',
  operation: 'export-module',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/module/:id/export', id: 'ModuleController_export' },
  input: Strict({ id: Uuid, versionIds: Type.Optional(Type.Array(Uuid, { maxItems: 1_000 })) }),
  output: ModuleTransfer,
  errors: ['MODULE_NOT_FOUND', 'VERSION_NOT_FOUND'],
  timeoutMs: LIMITS.importTimeoutMs,
  idempotent: true,
});

/** Makes a module of a file, whole or not at all. Under a name that is taken it gets `-imported` appended. */
export const importModule = request({
  service: 'modules',
  operation: 'import-module',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/module/import', id: 'ModuleController_import' },
  input: ModuleImport,
  output: ModuleOutput,
  errors: [
    'MODULE_NAME_TAKEN',
    'MODULES_LIMIT',
    'IMPORT_INVALID',
    'CONFIG_SCHEMA_INVALID',
    'CONFIG_INVALID',
    'PATTERN_INVALID',
    'CRON_INVALID',
    'PERMISSION_RESERVED',
  ],
  timeoutMs: LIMITS.importTimeoutMs,
});
