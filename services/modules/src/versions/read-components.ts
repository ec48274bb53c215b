import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CommandOutput, CronJobOutput, HookOutput } from '@takaro/contracts/modules/shapes';
import { Command, CommandArgument, type CommandRow, Cron, FunctionEntity, Hook } from '../entities/component.entity.ts';
import { commandOutput, cronJobOutput, hookOutput } from '../outputs.ts';
import { findOr } from './own-function.ts';
import { ownFunctions } from './read-versions.ts';

/** @throws ServiceError HOOK_NOT_FOUND */
export async function readHook(em: SqlEntityManager, id: string): Promise<HookOutput> {
  const row = await findOr(em.findOne(Hook, { id }), 'HOOK_NOT_FOUND', id);
  return hookOutput(row, await em.findOneOrFail(FunctionEntity, { id: row.functionId }));
}

/** @throws ServiceError CRON_JOB_NOT_FOUND */
export async function readCronJob(em: SqlEntityManager, id: string): Promise<CronJobOutput> {
  const row = await findOr(em.findOne(Cron, { id }), 'CRON_JOB_NOT_FOUND', id);
  return cronJobOutput(row, await em.findOneOrFail(FunctionEntity, { id: row.functionId }));
}

/** @throws ServiceError COMMAND_NOT_FOUND */
export async function readCommand(em: SqlEntityManager, id: string): Promise<CommandOutput> {
  const row = await findOr(em.findOne(Command, { id }), 'COMMAND_NOT_FOUND', id);
  const own = await em.findOneOrFail(FunctionEntity, { id: row.functionId });
  return commandOutput(row, own, await em.find(CommandArgument, { commandId: id }));
}

export async function commandOutputs(em: SqlEntityManager, rows: readonly CommandRow[]): Promise<CommandOutput[]> {
  const ownOf = ownFunctions(await em.find(FunctionEntity, { id: { $in: rows.map(({ functionId }) => functionId) } }));
  const commandArguments = await em.find(CommandArgument, { commandId: { $in: rows.map(({ id }) => id) } });
  return rows.map((row) =>
    commandOutput(
      row,
      ownOf(row),
      commandArguments.filter(({ commandId }) => commandId === row.id),
    ),
  );
}
