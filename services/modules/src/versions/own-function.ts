import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ServiceError } from '@takaro/contracts/errors';
import type { Tx } from '@takaro/tenant-db';
import { DEFAULT_CODE } from '../default-function.ts';
import { Command, type CommandRow, Cron, type CronRow, Hook, type HookRow } from '../entities/component.entity.ts';
import { deleteRow, insertRow, updateRow } from '../rows.ts';

export type ComponentColumn = 'command' | 'hook' | 'cronJob';

/** As events name them. */
export const COMPONENT_TYPES = { command: 'command', hook: 'hook', cronJob: 'cronjob' } as const;

/** The function that a component is written with. */
export const writeOwnFunction = (tx: Tx, versionId: string, code = DEFAULT_CODE): Promise<string> =>
  insertRow(tx, 'function', { code, versionId });

/** The assignment that comes with a component and cannot be taken away. */
export const assignOwnFunction = (tx: Tx, column: ComponentColumn, componentId: string, functionId: string): Promise<string> =>
  insertRow(tx, 'functionAssignment', { [column]: componentId, functionId, position: 0 });

/** New code for the function that a component was written with. */
export async function rewriteOwnFunction(tx: Tx, functionId: string, code: string | undefined): Promise<void> {
  if (code !== undefined) await updateRow(tx, 'function', functionId, { code });
}

const MISSING = { command: 'COMMAND_NOT_FOUND', hook: 'HOOK_NOT_FOUND', cronJob: 'CRON_JOB_NOT_FOUND' } as const;
const TABLES = { command: 'command', hook: 'hook', cronJob: 'cron' } as const;

/** Removes a component with its function, unless another component runs that function too: then it stays. */
export async function removeComponent(tx: Tx, column: ComponentColumn, component: { id: string; function: { id: string } }): Promise<void> {
  if (!(await deleteRow(tx, TABLES[column], component.id))) throw new ServiceError(MISSING[column], { params: { id: component.id } });
  await tx.sql(
    `delete from {schema}."function" f where f."id" = $1
       and not exists (select 1 from {schema}."functionAssignment" a where a."functionId" = f."id")`,
    [component.function.id],
  );
}

/** Which component an assignment belongs to; the database lets it be one. */
export function componentOf({ command, hook, cronJob }: { readonly [Column in ComponentColumn]?: string | null | undefined }): {
  readonly column: ComponentColumn;
  readonly id: string;
} {
  if (command) return { column: 'command', id: command };
  return hook ? { column: 'hook', id: hook } : { column: 'cronJob', id: cronJob ?? '' };
}

/** @throws ServiceError COMMAND_NOT_FOUND, HOOK_NOT_FOUND, CRON_JOB_NOT_FOUND */
export function findComponent(em: SqlEntityManager, column: ComponentColumn, id: string): Promise<CommandRow | HookRow | CronRow> {
  if (column === 'cronJob') return findOr(em.findOne(Cron, { id }), 'CRON_JOB_NOT_FOUND', id);
  if (column === 'hook') return findOr(em.findOne(Hook, { id }), 'HOOK_NOT_FOUND', id);
  return findOr(em.findOne(Command, { id }), 'COMMAND_NOT_FOUND', id);
}

/** The row of a component. @throws ServiceError the code given */
export async function findOr<Row>(row: Promise<Row | null>, code: NotFound, id: string): Promise<Row> {
  const found = await row;
  if (found === null) throw new ServiceError(code, { params: { id } });
  return found;
}

type NotFound =
  | 'MODULE_NOT_FOUND'
  | 'VERSION_NOT_FOUND'
  | 'FUNCTION_NOT_FOUND'
  | 'COMMAND_NOT_FOUND'
  | 'COMMAND_ARGUMENT_NOT_FOUND'
  | 'HOOK_NOT_FOUND'
  | 'CRON_JOB_NOT_FOUND'
  | 'ASSIGNMENT_NOT_FOUND'
  | 'VARIABLE_NOT_FOUND'
  | 'EXECUTION_NOT_FOUND';
