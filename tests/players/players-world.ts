import { consume } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { EventEnvelope, type IngestEnvelope } from '@takaro/contracts/event-envelope';
import { getEffectiveSettings } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import { ingestSubject } from '@takaro/contracts/subjects';
import { getDomainRoles } from '@takaro/contracts/tenancy/internal';
import type { RoleOutput } from '@takaro/contracts/tenancy/shapes';
import { startPlayersProcess } from '@takaro/players/service';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';

/** Game servers on which nobody has currency. */
export const poorGameServers = new Set<string>();
/** Game servers that gameservers does not know any more. */
export const goneGameServers = new Set<string>();
const roles = new Map<string, RoleOutput[]>();

/** players beside a tenancy with the roles of `addRole` and a gameservers whose economy is on. `start`: of another players. */
export async function startPlayersUnderTest(world: World, start = startPlayersProcess): Promise<void> {
  await world.neighbour(getDomainRoles, (_input, { domainId }) => ({ roles: rolesOf(domainId) }));
  await world.neighbour(getEffectiveSettings, ({ gameServerId }) => {
    if (goneGameServers.has(gameServerId)) throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
    return { economyEnabled: String(!poorGameServers.has(gameServerId)) };
  });
  await world.start('players', start);
}

function rolesOf(domainId: string): RoleOutput[] {
  const known = roles.get(domainId) ?? [roleOf('Player', { system: true, permission: 'WAVE' })];
  roles.set(domainId, known);
  return known;
}

const NOW = '2026-01-01T00:00:00.000Z';

function roleOf(name: string, { system = false, permission }: { system?: boolean; permission?: string } = {}): RoleOutput {
  const id = newId();
  const row = { id: newId(), createdAt: NOW, updatedAt: NOW };
  const permissions = (permission === undefined ? [] : [permission]).map((code) => ({
    ...row,
    permissionId: row.id,
    roleId: id,
    count: null,
    permission: { ...row, permission: code, friendlyName: code, description: code, canHaveCount: false, moduleVersionId: null },
  }));
  return { ...row, id, name, system, linkedDiscordRoleId: null, permissions };
}

/** As a player has it: tenancy says no count, which is none for a role that nobody was assigned. */
export function implicitRole(domain: TestDomain): RoleOutput {
  const role = rolesOf(domain.id)[0]!;
  return { ...role, permissions: role.permissions.map((permission) => ({ ...permission, count: 0 })) };
}

export async function addRole(world: World, domain: TestDomain, name: string, permission?: string): Promise<RoleOutput> {
  const role = roleOf(name, permission === undefined ? {} : { permission });
  await world.adminSql(`insert into "domain_${domain.id}"."role" ("id", "name") values ($1, $2)`, [role.id, name]);
  rolesOf(domain.id).push(role);
  return role;
}

export async function addGameServer(world: World, domain: TestDomain): Promise<string> {
  const id = newId();
  await world.adminSql(`insert into "domain_${domain.id}"."gameServer" ("id", "name", "type") values ($1, $2, 'GENERIC')`, [
    id,
    `server ${id}`,
  ]);
  return id;
}

type Told = Partial<IngestEnvelope> & Pick<IngestEnvelope, 'gameServerId' | 'name' | 'meta'>;

/** Tells what a game says as connectors does. */
export async function ingest(world: World, domain: TestDomain, told: Told, subjectDomain = domain.id): Promise<void> {
  const bus = await world.busFor('connectors');
  const envelope: IngestEnvelope = { domainId: domain.id, receivedAt: new Date().toISOString(), gameTime: null, ...told };
  await bus.publish(ingestSubject(subjectDomain, told.gameServerId, told.name), envelope, { msgId: newId() });
}

/** What is in the stream EVENTS, read in the place of modules: each event as often as the stream holds it. */
export async function readEvents(world: World): Promise<{ of(domain: TestDomain, name?: string): EventEnvelope[] }> {
  const all: EventEnvelope[] = [];
  await consume<EventEnvelope>(await world.busFor('modules'), {
    stream: 'EVENTS',
    schema: EventEnvelope,
    react: async (event) => void all.push(event),
  });
  return { of: (domain, name) => all.filter((event) => event.domainId === domain.id && (name === undefined || event.name === name)) };
}

export interface PogRow extends Record<string, unknown> {
  readonly id: string;
  readonly playerId: string;
  readonly gameId: string;
  readonly online: boolean;
  readonly currency: number;
  readonly lastSeen: Date;
  readonly ping: number | null;
  readonly ip: string | null;
  readonly playtimeSeconds: number;
}

export const pogRows = (world: World, domain: TestDomain): Promise<PogRow[]> =>
  world.adminSql<PogRow>(`select * from "domain_${domain.id}"."playerOnGameServer" order by "gameId"`);

let people = 0;

/** A player who is on a game server and has currency. */
export async function addPlayer(
  world: World,
  domain: TestDomain,
  { gameServerId, currency = 0, name }: { gameServerId: string; currency?: number; name?: string },
): Promise<{ playerId: string; pogId: string; gameId: string; steamId: string }> {
  people += 1;
  const [playerId, pogId, gameId, steamId] = [newId(), newId(), `game-${people}`, `7656119${people}`];
  const schema = `"domain_${domain.id}"`;
  await world.adminSql(`insert into ${schema}."player" ("id", "name", "steamId", "nameAt", "nameSeq") values ($1, $2, $3, $4, 0)`, [
    playerId,
    name ?? `Player ${people}`,
    steamId,
    NOW,
  ]);
  await world.adminSql(
    `insert into ${schema}."playerOnGameServer"
       ("id", "playerId", "gameServerId", "gameId", "currency", "lastSeen", "stateAt", "stateSeq") values ($1, $2, $3, $4, $5, $6, $6, 0)`,
    [pogId, playerId, gameServerId, gameId, currency, NOW],
  );
  return { playerId, pogId, gameId, steamId };
}

/** Asks an operation of players as somebody with all it needs, unless a token is given. */
export async function ask<In, Out>(
  world: World,
  domain: TestDomain,
  { contract, input, token }: { contract: RequestContract<In, Out>; input: In; token?: string },
): Promise<Out> {
  const bus = await world.busFor('gateway');
  const held = token ?? (await world.tokens.rightFor(contract, domain.id));
  return bus.call(contract, input, { domainId: domain.id, ...(held !== undefined && { token: held }) });
}

export type Reported = Pick<IngestEnvelope, 'name' | 'meta'> & Partial<IngestEnvelope>;

/** As connectors tells what a busy game server reported in one moment. */
export async function ingestTogether(world: World, domain: TestDomain, gameServerId: string, told: readonly Reported[]): Promise<void> {
  const bus = await world.busFor('connectors');
  const common = { domainId: domain.id, gameServerId, receivedAt: '2026-01-01T00:00:00.000Z', gameTime: null };
  const messages = told.map((one) => ({ subject: ingestSubject(domain.id, gameServerId, one.name), payload: { ...common, ...one } }));
  await bus.publishTogether(messages, { msgId: newId() });
}
