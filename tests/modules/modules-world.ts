import { type Caller, consume } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { bareEvent, EventEnvelope } from '@takaro/contracts/event-envelope';
import { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { getEffectiveSettings, getGameServersByIds } from '@takaro/contracts/gameservers/internal';
import { GameServerOutput } from '@takaro/contracts/gameservers/shapes';
import { newId } from '@takaro/contracts/ids';
import { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { SETTINGS } from '@takaro/contracts/settings';
import { eventSubject, logSubject } from '@takaro/contracts/subjects';
import { getDomainLimits, getDomainSettings, getUserByPlayer, registerVersionPermissions } from '@takaro/contracts/tenancy/internal';
import { startModulesProcess } from '@takaro/modules/service';
import { sample } from '@takaro/testing/sample';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';

const NOW = '2026-01-01T00:00:00.000Z';

/** What tests change of what tenancy says of a domain. */
export const limitsOf = new Map<string, Partial<typeof LIMITS>>();
export const timezoneOf = new Map<string, string>();
/** Settings of game servers that are not the default. */
export const settingsOf = new Map<string, Record<string, string>>();
/** How often the settings of a game server were asked for. */
export const settingsAsked = new Map<string, number>();
/** Game servers that gameservers denies. */
export const unknownGameServers = new Set<string>();
/** What players were told, by domain. */
export const whispers = new Map<string, string[]>();

const LIMITS = {
  rateLimitPoints: 2_500,
  rateLimitDuration: 900_000,
  maxGameservers: 1,
  maxUsers: 1,
  eventRetentionDays: 7,
  maxVariables: 10_000,
  maxModules: 1_000,
  maxFunctionsInModule: 50,
  state: 'ACTIVE' as const,
};

/** Hears what is said to players, with how it was asked for. */
type OnMessage = (sent: { readonly id: string; readonly message: string }, caller: Caller) => unknown;

/** What modules asks of others. */
export async function startNeighbours(world: World, onMessage: OnMessage = () => undefined): Promise<void> {
  const row = () => ({ id: newId(), createdAt: NOW, updatedAt: NOW });
  await world.neighbour(getDomainLimits, (_input, { domainId }) => ({ ...LIMITS, ...limitsOf.get(domainId) }));
  const unset = Object.fromEntries(Object.keys(SETTINGS).map((key) => [key, null]));
  await world.neighbour(getDomainSettings, (_input, { domainId }) => ({ ...unset, timezone: timezoneOf.get(domainId) ?? null }) as never);
  await world.neighbour(getUserByPlayer, () => ({ user: null }));
  await world.neighbour(registerVersionPermissions, ({ versionId, permissions }) => ({
    permissions: permissions.map((permission) => ({ ...permission, moduleVersionId: versionId, ...row() })),
  }));
  const defaults = Object.fromEntries(Object.entries(SETTINGS).map(([key, { defaultValue }]) => [key, defaultValue]));
  await world.neighbour(getEffectiveSettings, ({ gameServerId }) => {
    settingsAsked.set(gameServerId, (settingsAsked.get(gameServerId) ?? 0) + 1);
    if (unknownGameServers.has(gameServerId)) throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
    return { ...defaults, ...settingsOf.get(gameServerId) };
  });
  await world.neighbour(getGameServersByIds, ({ ids }) =>
    ids.map((id) => ({ ...sample<GameServerOutput>(GameServerOutput), id, deletedAt: null })),
  );
  await world.neighbour(sendMessage, async (sent, caller) => {
    whispers.set(caller.domainId, [...(whispers.get(caller.domainId) ?? []), sent.message]);
    await onMessage(sent, caller);
    return {};
  });
}

export async function startModulesUnderTest(world: World, onMessage?: OnMessage): Promise<void> {
  await startNeighbours(world, onMessage);
  await world.start('modules', startModulesProcess);
}

export async function addGameServer(world: World, domain: TestDomain): Promise<string> {
  const id = newId();
  await world.adminSql(`insert into "domain_${domain.id}"."gameServer" ("id", "name", "type") values ($1, $2, 'GENERIC')`, [
    id,
    `server ${id}`,
  ]);
  return id;
}

/** What modules queues, read in the place of the runner. */
export async function readOrders(world: World): Promise<{ of(domain: TestDomain): ExecutionOrder[] }> {
  const all: ExecutionOrder[] = [];
  await consume<ExecutionOrder>(await world.busFor('runner'), {
    stream: 'EXECUTIONS',
    schema: ExecutionOrder,
    react: async (order) => void all.push(order),
  });
  return { of: (domain) => all.filter(({ domainId }) => domainId === domain.id) };
}

/** What is in the stream EVENTS, read in the place of the history. */
export async function readEvents(world: World): Promise<{ of(domain: TestDomain, name?: string): EventEnvelope[] }> {
  const all: EventEnvelope[] = [];
  await consume<EventEnvelope>(await world.busFor('events'), {
    stream: 'EVENTS',
    schema: EventEnvelope,
    react: async (event) => void all.push(event),
  });
  return { of: (domain, name) => all.filter((event) => event.domainId === domain.id && (name === undefined || event.name === name)) };
}

export const eventOf = (domain: TestDomain, name: string, rest: Partial<EventEnvelope> = {}): EventEnvelope =>
  bareEvent({
    name,
    domainId: domain.id,
    occurredAt: NOW,
    ...rest,
  });

export async function tell(world: World, event: EventEnvelope, msgId = event.id): Promise<void> {
  const bus = await world.busFor('players');
  await bus.publish(eventSubject(event.domainId, event.gameServerId, event.name), event, { msgId });
}

/** Lines of a game server's log, which travel as one. */
export async function tellLog(world: World, domain: TestDomain, gameServerId: string, lines: readonly LogLine[]): Promise<void> {
  const bus = await world.busFor('connectors');
  const line = { domainId: domain.id, gameServerId, name: 'log', receivedAt: NOW, gameTime: null };
  const subject = logSubject(domain.id, gameServerId);
  const messages = lines.map(({ msg, seq }) => ({
    subject,
    payload: { ...line, meta: { msg }, ...(seq !== undefined && { streamId: 'of the game', seq }) },
  }));
  await bus.publishTogether(messages, { msgId: newId() });
}

interface LogLine {
  readonly msg: string;
  /** Where the connector numbers what it reports. */
  readonly seq?: number;
}
