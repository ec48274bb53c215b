import { ServiceError } from '@takaro/contracts/errors';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import type { PlayerOnGameServerSnapshot, PlayerSnapshot } from '@takaro/contracts/players/shapes';
import { takeCooldown } from '../executions/cooldowns.ts';
import { dispatch } from '../executions/dispatch.ts';
import { executionIdOf } from '../executions/orders.ts';
import type { InstalledHook, TenantModules } from '../matching/tenant-modules.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';

/** Something that hooks may wait for. */
export interface Happened {
  readonly domainId: string;
  /** Null for what happened in the domain as a whole: hooks of all its game servers are meant. */
  readonly gameServerId: string | null;
  readonly name: string;
  readonly causeId: string;
  readonly depth: number;
  readonly occurredAt: string;
  readonly meta: Readonly<Record<string, unknown>> | null;
  readonly playerId: string | null;
  readonly player?: PlayerSnapshot | undefined;
  readonly pog?: PlayerOnGameServerSnapshot | undefined;
}

export async function runHooks(parts: Parts, modules: TenantModules, happened: Happened): Promise<void> {
  for (const hook of modules.hooksFor(happened.gameServerId, happened.name)) {
    if (hook.enabled && (await isMeant(parts, hook, happened))) await runHook(parts, hook, happened);
  }
}

/** Text and pattern must both be found in `msg` where both are set; without a `msg` a hook that has one of them is not meant. */
async function isMeant({ patterns }: Parts, { searchString, regex }: InstalledHook, { meta }: Happened): Promise<boolean> {
  if (!searchString && !regex) return true;
  const msg = meta?.['msg'];
  if (typeof msg !== 'string') return false;
  if (searchString && !msg.toLowerCase().includes(searchString.toLowerCase())) return false;
  return regex ? patterns.matches(regex, msg) : true;
}

async function runHook(parts: Parts, hook: InstalledHook, happened: Happened): Promise<void> {
  const { domainId, causeId, depth, gameServerId, occurredAt, meta } = happened;
  const cooldownKey = hook.cooldownMs > 0 ? cooldownKeyOf(hook, happened) : undefined;
  if (cooldownKey !== undefined && !(await isOpen(parts, hook, happened, cooldownKey))) return;
  const data = { gameServerId, eventData: { timestamp: occurredAt, ...meta } };
  const who = await playerOf(parts, happened, hook.installation.gameServerId);
  await dispatch(parts, hook, { domainId, causeId, depth, data, ...who }, { delayMs: hook.delayMs, cooldownKey });
}

/** Of a player on all game servers, and of all installations of the hook; what nobody did is the game server's. */
function cooldownKeyOf({ id, cooldownType, installation }: InstalledHook, { playerId, gameServerId }: Happened): string {
  if (cooldownType === 'global') return `hook:${id}`;
  if (cooldownType === 'player' && playerId !== null) return `hook:${id}:player:${playerId}`;
  return `hook:${id}:server:${gameServerId ?? installation.gameServerId}`;
}

async function isOpen(parts: Parts, hook: InstalledHook, { domainId, causeId }: Happened, key: string): Promise<boolean> {
  const [first] = hook.assignments;
  if (!first) return true;
  const executionId = executionIdOf(causeId, hook.installation.id, first.assignmentId);
  const until = new Date(parts.context.clock.now() + hook.cooldownMs);
  // A hook may run beside itself.
  return (await takeCooldown(parts, domainId, { key, until, runsAt: new Date(0), executionId })) === null;
}

type Who = Partial<Readonly<Record<'player', PlayerSnapshot> & Record<'pog', PlayerOnGameServerSnapshot>>>;

/** Who was behind it, as they were then where the event says so, else as they are now. */
async function playerOf({ context }: Parts, { domainId, playerId, player, pog }: Happened, gameServerId: string): Promise<Who> {
  if (player) return { player, ...(pog && { pog }) };
  if (playerId === null) return {};
  try {
    const found = await ask(context.bus, domainId, getPlayerContext, { playerId, gameServerId });
    return { player: found.player, ...(found.pog && { pog: found.pog }) };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'PLAYER_NOT_FOUND') return {};
    throw error;
  }
}
