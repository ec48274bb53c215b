import type {
  CommandArgumentOutput,
  CommandOutput,
  CronJobOutput,
  FunctionAssignmentOutput,
  FunctionOutput,
  HookOutput,
} from '@takaro/contracts/modules/shapes';
import type { CommandArgumentRow, CommandRow, CronRow, FunctionAssignmentRow, FunctionRow, HookRow } from './entities/component.entity.ts';

interface Row {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const rowOutput = ({ id, createdAt, updatedAt }: Row) => ({
  id,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

export const functionOutput = (row: FunctionRow): FunctionOutput => ({
  name: row.name ?? null,
  code: row.code,
  description: row.description ?? null,
  versionId: row.versionId ?? null,
  ...rowOutput(row),
});

export const argumentOutput = (row: CommandArgumentRow): CommandArgumentOutput => ({
  name: row.name,
  type: row.type,
  helpText: row.helpText,
  defaultValue: row.defaultValue ?? null,
  position: row.position,
  commandId: row.commandId,
  ...rowOutput(row),
});

const componentOutput = (row: CommandRow | HookRow | CronRow, own: FunctionRow) => ({
  name: row.name,
  description: row.description ?? null,
  function: functionOutput(own),
  versionId: row.versionId,
});

export const commandOutput = (row: CommandRow, own: FunctionRow, commandArguments: readonly CommandArgumentRow[]): CommandOutput => ({
  ...componentOutput(row, own),
  functionId: row.functionId,
  trigger: row.trigger,
  helpText: row.helpText,
  arguments: commandArguments.toSorted((one, other) => one.position - other.position).map(argumentOutput),
  requiredPermissions: [...row.requiredPermissions],
  ...rowOutput(row),
});

export const hookOutput = (row: HookRow, own: FunctionRow): HookOutput => ({
  ...componentOutput(row, own),
  regex: row.regex ?? null,
  searchString: row.searchString ?? null,
  eventType: row.eventType,
  ...rowOutput(row),
});

export const cronJobOutput = (row: CronRow, own: FunctionRow): CronJobOutput => ({
  ...componentOutput(row, own),
  temporalValue: row.temporalValue,
  ...rowOutput(row),
});

export const assignmentOutput = (row: FunctionAssignmentRow): FunctionAssignmentOutput => ({
  functionId: row.functionId,
  cronJob: row.cronJob ?? null,
  hook: row.hook ?? null,
  command: row.command ?? null,
  position: row.position,
  ...rowOutput(row),
});
