import { ServiceError } from '@takaro/contracts/errors';
import { holdCurrency } from '@takaro/contracts/players/internal';
import { type Closed, takeCooldown } from '../executions/cooldowns.ts';
import { executionIdOf } from '../executions/orders.ts';
import { releaseHeld } from '../executions/refuse.ts';
import type { InstalledCommand } from '../matching/tenant-modules.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import type { Said } from './run-commands.ts';

/** What was taken so that the command may run, or what the player is told. */
type Gate = { readonly cooldownKey?: string } | { readonly problem: string };

/** The cost is kept back, then the cooldown taken, before the command is queued, so that of many at once one passes. */
export async function passGates(parts: Parts, command: InstalledCommand, said: Said): Promise<Gate> {
  const [first] = command.assignments;
  if (!first) return {};
  const executionId = executionIdOf(said.causeId, command.installation.id, first.assignmentId);
  if (!(await holdCost(parts, command, said, executionId))) {
    return { problem: 'You do not have enough currency to execute this command.' };
  }
  if (command.cooldownMs === 0) return {};
  const cooldownKey = `command:${command.id}:${said.gameServerId}:${said.player.id}`;
  const closed = await closedBy(parts, command, said, { cooldownKey, executionId });
  if (!closed) return { cooldownKey };
  if (command.cost > 0) await releaseHeld(parts, said.domainId, executionId);
  return { problem: closedMessage(command, closed) };
}

interface Wanted {
  readonly cooldownKey: string;
  readonly executionId: string;
}

function closedBy(parts: Parts, command: InstalledCommand, said: Said, { cooldownKey: key, executionId }: Wanted): Promise<Closed> {
  const runsAt = new Date(parts.context.clock.now() + command.delayMs);
  const until = new Date(runsAt.getTime() + command.cooldownMs);
  return takeCooldown(parts, said.domainId, { key, until, runsAt, executionId });
}

const closedMessage = ({ cooldownMs }: InstalledCommand, { until, isRunning }: NonNullable<Closed>): string =>
  isRunning
    ? 'You can only execute one command at a time. Please wait for the previous command to finish.'
    : `This command can only be executed once every ${cooldownMs / 1_000} seconds. You can execute it again at ${until.toISOString()}`;

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
