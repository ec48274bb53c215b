import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CommandArgumentCreate } from '@takaro/contracts/modules/commands';
import { onUnique, type Tx } from '@takaro/tenant-db';
import { Command, CommandArgument, type CommandRow } from '../entities/component.entity.ts';
import { insertRow } from '../rows.ts';
import { findOr } from './own-function.ts';

/** Answers their ids. A `commandId` inside of them is accepted and not needed: they belong to this command. */
export async function insertArguments(tx: Tx, commandId: string, list: readonly CommandArgumentCreate[]): Promise<string[]> {
  const ids = [];
  for (const { helpText = '', ...columns } of list) {
    ids.push(await insertRow(tx, 'commandArgument', { ...columns, helpText, commandId }));
  }
  return ids;
}

export const onArgumentTaken = (error: unknown): never => {
  try {
    return onUnique('commandArgument_commandId_name_key', 'COMMAND_ARGUMENT_TAKEN')(error);
  } catch (known) {
    return onUnique('commandArgument_commandId_position_key', 'COMMAND_ARGUMENT_TAKEN')(known);
  }
};

/** @throws ServiceError COMMAND_ARGUMENT_NOT_FOUND */
export async function commandOfArgument(em: SqlEntityManager, id: string): Promise<CommandRow> {
  const { commandId } = await findOr(em.findOne(CommandArgument, { id }), 'COMMAND_ARGUMENT_NOT_FOUND', id);
  return em.findOneOrFail(Command, { id: commandId });
}
