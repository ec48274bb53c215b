import { ServiceError } from '@takaro/contracts/errors';
import { holdCurrency } from '@takaro/contracts/players/internal';
import { type Closed, takeCooldown } from '../executions/cooldowns.ts';
import { executionIdOf } from '../executions/orders.ts';
import type { InstalledCommand } from '../matching/tenant-modules.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import type { Said } from './run-commands.ts';

/** What was taken so that the command may run, or what the player is told. */
type Gate = { readonly cooldownKey?: string } | { readonly problem: string };

/** The cooldown is taken and the cost kept back before the command is queued, so that of many at once one passes. */
export async function passGates(parts: Parts, command: InstalledCommand, said: Said): Promise<Gate> {
  const [first] = command.assignments;
  if (!first) return {};
  const executionId = executionIdOf(said.causeId, command.installation.id, first.assignmentId);
  const closed = await cooldownOf(parts, command, said, executionId);
  if (closed) return { problem: closedMessage(command, closed) };
  const cooldownKey = command.cooldownMs > 0 ? keyOf(command, said) : undefined;
  if (await holdCost(parts, command, said, executionId)) return cooldownKey === undefined ? {} : { cooldownKey };
  if (cooldownKey !== undefined) await giveBack(parts, said, cooldownKey, executionId);
  return { problem: 'You do not have enough currency to execute this command.' };
}

const keyOf = ({ id }: InstalledCommand, { gameServerId, player }: Said): string => `command:${id}:${gameServerId}:${player.id}`;

async function cooldownOf(parts: Parts, command: InstalledCommand, said: Said, executionId: string): Promise<Closed> {
  if (command.cooldownMs === 0) return null;
  const runsAt = new Date(parts.context.clock.now() + command.delayMs);
  const until = new Date(runsAt.getTime() + command.cooldownMs);
  return takeCooldown(parts, said.domainId, { key: keyOf(command, said), until, runsAt, executionId });
}

const closedMessage = ({ cooldownMs }: InstalledCommand, { until, isRunning }: NonNullable<Closed>): string =>
  isRunning
    ? 'You can only execute one command at a time. Please wait for the previous command to finish.'
    : `This command can only be executed once every ${cooldownMs / 1_000} seconds. You can execute it again at ${until.toISOString()}`;

const giveBack = async ({ db }: Parts, { domainId }: Said, key: string, executionId: string): Promise<void> => {
  await db.sql(domainId, 'delete from {schema}."cooldown" where "key" = $1 and "executionId" = $2', [key, executionId]);
};

/** Long enough for what waits before it and for a run that is put back once. */
const HOLD_MS = 900_000;

/** What a command costs is kept back before it is queued, so that it is never charged twice nor below zero. */
async function holdCost({ context }: Parts, { cost, delayMs }: InstalledCommand, said: Said, executionId: string): Promise<boolean> {
  if (cost === 0) return true;
  const expiresAt = new Date(context.clock.now() + delayMs + HOLD_MS).toISOString();
  const { playerId, gameServerId } = said.pog;
  try {
    await ask(context.bus, said.domainId, holdCurrency, { executionId, playerId, gameServerId, amount: cost, expiresAt });
    return true;
  } catch (error) {
    if (error instanceof ServiceError && (error.code === 'NOT_ENOUGH_CURRENCY' || error.code === 'POG_NOT_FOUND')) return false;
    throw error;
  }
}
