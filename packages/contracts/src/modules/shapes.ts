import { Type, type Static } from 'typebox';
import { HOOK_EVENT_NAMES } from '../events/names.ts';
import { GameServerOutput } from '../gameservers/shapes.ts';
import { PlayerOutput } from '../players/shapes.ts';
import { Instant, Nullable, OneOf, rowColumns, Uuid } from '../shapes.ts';
import { PermissionOutput } from '../tenancy/shapes.ts';

/** A JSON document inside a string, as the published API has it for schemas and configurations. */
export const JsonText = Type.String({ format: 'json', maxLength: 900_000 });
/** What the API lets a description be. */
export const Description = Type.String({ minLength: 1, maxLength: 131_072 });
/** The source of a function. */
export const Code = Type.String({ maxLength: 900_000 });

const nullableText = Nullable(Type.String());

export const FunctionOutput = Type.Object({
  name: nullableText,
  code: Type.String(),
  description: nullableText,
  versionId: Nullable(Uuid),
  ...rowColumns,
});
export type FunctionOutput = Static<typeof FunctionOutput>;

export const FunctionAssignmentOutput = Type.Object({
  functionId: Uuid,
  /** Exactly one of the three is set: the component that runs the function. */
  cronJob: Nullable(Uuid),
  hook: Nullable(Uuid),
  command: Nullable(Uuid),
  /** In whose order the functions of a component run. The function it was written with is at 0. */
  position: Type.Integer({ minimum: 0 }),
  ...rowColumns,
});
export type FunctionAssignmentOutput = Static<typeof FunctionAssignmentOutput>;

export const CommandArgumentOutput = Type.Object({
  name: Type.String(),
  type: Type.String(),
  helpText: Type.String(),
  defaultValue: nullableText,
  position: Type.Integer(),
  commandId: Uuid,
  ...rowColumns,
});
export type CommandArgumentOutput = Static<typeof CommandArgumentOutput>;

/** Ours, only where `extend` asks for `functionAssignments`: what runs, in its order. */
const assigned = { functionAssignments: Type.Optional(Type.Array(FunctionAssignmentOutput)) };

export const CommandOutput = Type.Object({
  name: Type.String(),
  description: nullableText,
  trigger: Type.String(),
  helpText: Type.String(),
  function: FunctionOutput,
  functionId: Uuid,
  versionId: Uuid,
  arguments: Type.Array(CommandArgumentOutput),
  requiredPermissions: Type.Array(Type.String()),
  ...assigned,
  ...rowColumns,
});
export type CommandOutput = Static<typeof CommandOutput>;

export const HookOutput = Type.Object({
  name: Type.String(),
  description: nullableText,
  regex: nullableText,
  /** Ours: plain text that `msg` must contain, whatever its case. */
  searchString: nullableText,
  eventType: OneOf(HOOK_EVENT_NAMES),
  function: FunctionOutput,
  functionId: Type.Optional(Uuid),
  versionId: Uuid,
  ...assigned,
  ...rowColumns,
});
export type HookOutput = Static<typeof HookOutput>;

export const CronJobOutput = Type.Object({
  name: Type.String(),
  description: nullableText,
  temporalValue: Type.String(),
  function: FunctionOutput,
  functionId: Type.Optional(Uuid),
  versionId: Uuid,
  ...assigned,
  ...rowColumns,
});
export type CronJobOutput = Static<typeof CronJobOutput>;

export const SmallModuleVersionOutput = Type.Object({ id: Uuid, tag: Type.String(), createdAt: Instant, updatedAt: Instant });

export const ModuleVersionOutput = Type.Object({
  tag: Type.String(),
  description: Type.String(),
  configSchema: Type.String(),
  uiSchema: Type.String(),
  /** Derived from the components of the version on every read. */
  systemConfigSchema: Type.String(),
  defaultSystemConfig: nullableText,
  moduleId: Uuid,
  cronJobs: Type.Array(CronJobOutput),
  hooks: Type.Array(HookOutput),
  commands: Type.Array(CommandOutput),
  /** Those with a name, which siblings import by `./<name>.js`. */
  functions: Type.Array(FunctionOutput),
  permissions: Type.Array(PermissionOutput),
  ...rowColumns,
});
export type ModuleVersionOutput = Static<typeof ModuleVersionOutput>;

/** With the relations that a search asked for: its version, and what it was written for. */
export const FunctionWithRelations = Type.Object({
  ...FunctionOutput.properties,
  version: Type.Optional(Nullable(ModuleVersionOutput)),
  cronJob: Type.Optional(Nullable(CronJobOutput)),
  hook: Type.Optional(Nullable(HookOutput)),
  command: Type.Optional(Nullable(CommandOutput)),
});
export type FunctionWithRelations = Static<typeof FunctionWithRelations>;

export const ModuleOutput = Type.Object({
  name: Type.String(),
  /** Ours: a module that is not enabled matches nothing. */
  enabled: Type.Boolean(),
  builtin: nullableText,
  author: nullableText,
  supportedGames: Type.Array(Type.String()),
  latestVersion: ModuleVersionOutput,
  versions: Type.Array(SmallModuleVersionOutput),
  ...rowColumns,
});
export type ModuleOutput = Static<typeof ModuleOutput>;

const Config = Type.Record(Type.String(), Type.Unknown());

export const ModuleInstallationOutput = Type.Object({
  gameserverId: Uuid,
  versionId: Uuid,
  moduleId: Uuid,
  version: ModuleVersionOutput,
  module: ModuleOutput,
  userConfig: Config,
  systemConfig: Config,
  ...rowColumns,
});
export type ModuleInstallationOutput = Static<typeof ModuleInstallationOutput>;

export const VariableOutput = Type.Object({
  key: Type.String(),
  value: Type.String(),
  expiresAt: Nullable(Instant),
  gameServerId: Nullable(Uuid),
  playerId: Nullable(Uuid),
  moduleId: Nullable(Uuid),
  module: Type.Optional(Nullable(ModuleOutput)),
  player: Type.Optional(Nullable(PlayerOutput)),
  gameServer: Type.Optional(Nullable(GameServerOutput)),
  ...rowColumns,
});
export type VariableOutput = Static<typeof VariableOutput>;
