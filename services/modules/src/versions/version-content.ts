import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { HookEventName } from '@takaro/contracts/events/names';
import { newId } from '@takaro/contracts/ids';
import type { Tx } from '@takaro/tenant-db';
import * as entities from '../entities/component.entity.ts';
import { insertRows } from '../rows.ts';

export interface FunctionPart {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly code: string;
}

export interface ComponentPart {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** The function that it was written with. */
  readonly functionId: string;
}

export interface CommandPart extends ComponentPart {
  readonly trigger: string;
  readonly helpText: string;
  readonly requiredPermissions: readonly string[];
}

export interface ArgumentPart {
  readonly id: string;
  readonly commandId: string;
  readonly name: string;
  readonly type: string;
  readonly helpText: string;
  readonly defaultValue: string | null;
  readonly position: number;
}

export interface HookPart extends ComponentPart {
  readonly searchString: string | null;
  readonly regex: string | null;
  readonly eventType: HookEventName;
}

export interface CronPart extends ComponentPart {
  readonly temporalValue: string;
}

export interface AssignmentPart {
  readonly id: string;
  readonly functionId: string;
  readonly command: string | null;
  readonly hook: string | null;
  readonly cronJob: string | null;
  readonly position: number;
}

/** All that a version is made of. Its parts refer to each other by ids. */
export interface VersionContent {
  readonly functions: readonly FunctionPart[];
  readonly commands: readonly CommandPart[];
  readonly arguments: readonly ArgumentPart[];
  readonly hooks: readonly HookPart[];
  readonly crons: readonly CronPart[];
  readonly assignments: readonly AssignmentPart[];
}

export async function readContent(em: SqlEntityManager, versionId: string): Promise<VersionContent> {
  const functions = await em.find(entities.FunctionEntity, { versionId });
  const commands = await em.find(entities.Command, { versionId });
  const commandIds = commands.map(({ id }) => id);
  const commandArguments = await em.find(entities.CommandArgument, { commandId: { $in: commandIds } }, { orderBy: { position: 'asc' } });
  const hooks = await em.find(entities.Hook, { versionId });
  const crons = await em.find(entities.Cron, { versionId });
  const functionIds = functions.map(({ id }) => id);
  const assignments = await em.find(entities.FunctionAssignment, { functionId: { $in: functionIds } }, { orderBy: { position: 'asc' } });
  return {
    functions: byName(functions).map(({ id, code, ...row }) => ({
      id,
      name: row.name ?? null,
      description: row.description ?? null,
      code,
    })),
    commands: byName(commands).map(({ trigger, helpText, requiredPermissions, ...row }) => ({
      ...componentOf(row),
      trigger,
      helpText,
      requiredPermissions: [...requiredPermissions],
    })),
    arguments: commandArguments.map(({ id, commandId, name, type, helpText, position, ...row }) => ({
      id,
      commandId,
      name,
      type,
      helpText,
      position,
      defaultValue: row.defaultValue ?? null,
    })),
    hooks: byName(hooks).map(({ eventType, ...row }) => ({
      ...componentOf(row),
      eventType,
      searchString: row.searchString ?? null,
      regex: row.regex ?? null,
    })),
    crons: byName(crons).map(({ temporalValue, ...row }) => ({ ...componentOf(row), temporalValue })),
    assignments: assignments.map(({ id, functionId, position, ...row }) => ({
      id,
      functionId,
      position,
      command: row.command ?? null,
      hook: row.hook ?? null,
      cronJob: row.cronJob ?? null,
    })),
  };
}

/** By code unit, so that a file is the same whatever collation the database has. */
const byName = <Row extends { readonly name?: string | null | undefined }>(rows: readonly Row[]): Row[] =>
  rows.toSorted(({ name: one }, { name: other }) => ((one ?? '') < (other ?? '') ? -1 : 1));

const componentOf = (row: Omit<ComponentPart, 'description'> & { readonly description?: string | null | undefined }): ComponentPart => ({
  id: row.id,
  name: row.name,
  description: row.description ?? null,
  functionId: row.functionId,
});

/** The same under ids of its own. */
export function copyContent(content: VersionContent): VersionContent {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? newId();
    ids.set(id, known);
    return known;
  };
  const mayBe = (id: string | null): string | null => (id === null ? null : idOf(id));
  const component = <Part extends ComponentPart>(part: Part): Part => ({ ...part, id: idOf(part.id), functionId: idOf(part.functionId) });
  return {
    functions: content.functions.map((part) => ({ ...part, id: idOf(part.id) })),
    commands: content.commands.map(component),
    arguments: content.arguments.map((part) => ({ ...part, id: idOf(part.id), commandId: idOf(part.commandId) })),
    hooks: content.hooks.map(component),
    crons: content.crons.map(component),
    assignments: content.assignments.map(({ id, functionId, command, hook, cronJob, position }) => ({
      id: idOf(id),
      functionId: idOf(functionId),
      position,
      command: mayBe(command),
      hook: mayBe(hook),
      cronJob: mayBe(cronJob),
    })),
  };
}

/** Writes what a new version is made of. */
export async function writeContent(
  tx: Pick<Tx, 'sql'>,
  { id: versionId, moduleId }: { readonly id: string; readonly moduleId: string },
  content: VersionContent,
): Promise<void> {
  const ofVersion = <Part extends object>(parts: readonly Part[]) => parts.map((part) => ({ ...part, versionId, moduleId }));
  await insertRows(
    tx,
    'function',
    content.functions.map((part) => ({ ...part, versionId })),
  );
  await insertRows(tx, 'command', ofVersion(content.commands));
  await insertRows(tx, 'commandArgument', content.arguments);
  await insertRows(tx, 'hook', ofVersion(content.hooks));
  await insertRows(tx, 'cron', ofVersion(content.crons));
  await insertRows(tx, 'functionAssignment', content.assignments);
}
