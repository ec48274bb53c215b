import { listen } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { cleanEvents } from '@takaro/contracts/events/internal';
import { type ActionName, ActionReply, ACTIONS, type GamePlayer } from '@takaro/contracts/gameservers/actions';
import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import type { GameServerOutput } from '@takaro/contracts/gameservers/shapes';
import { newId } from '@takaro/contracts/ids';
import { cleanVariables, ensureCronJobs } from '@takaro/contracts/modules/internal';
import { findPlayersInGame, getGamePlayer, getGamesOfPlayer } from '@takaro/contracts/players/in-games';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import { PlayerOnGameServerSnapshot, PlayerSnapshot } from '@takaro/contracts/players/shapes';
import { SETTING_KEYS, type SettingKey, settingsIdOf } from '@takaro/contracts/settings';
import { actionSubject } from '@takaro/contracts/subjects';
import { getDomainLimits, getDomainSettings, resolveDomainByRegistrationToken } from '@takaro/contracts/tenancy/internal';
import { domainLimits } from '@takaro/contracts/tenancy/shapes';
import { validate } from '@takaro/contracts/validate';
import { startGameServersProcess } from '@takaro/gameservers/service';
import { sample } from '@takaro/testing/sample';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { type Static, Type } from 'typebox';

const DomainLimits = Type.Object(domainLimits);

/** What the neighbours say; tests change it. */
export interface Surroundings {
  maxGameServers: number;
  /** By domain. */
  readonly settings: Map<string, Partial<Record<SettingKey, string>>>;
  readonly domainOfToken: Map<string, string>;
  /** The game's id of players that are known on every server. */
  readonly gameIds: Map<string, string | null>;
  /** Whom a game's id means, where players knows. */
  readonly names: Map<string, GamePlayer>;
  /** Game servers on which every player was seen. */
  readonly seenOn: Set<string>;
  /** What others were asked to look after. */
  readonly lookedAfter: string[];
}

/** gameservers between a tenancy and a players that say what a test wants. */
export async function startGameServersUnderTest(world: World): Promise<Surroundings> {
  const surroundings: Surroundings = {
    maxGameServers: 10,
    settings: new Map(),
    domainOfToken: new Map(),
    gameIds: new Map(),
    names: new Map(),
    seenOn: new Set(),
    lookedAfter: [],
  };
  const limits = sample<Static<typeof DomainLimits>>(DomainLimits);
  const note = <Answer>(what: string, answer: Answer): Answer => {
    surroundings.lookedAfter.push(what);
    return answer;
  };
  await world.neighbour(getDomainLimits, () => ({ ...limits, state: 'ACTIVE', maxGameservers: surroundings.maxGameServers }));
  await world.neighbour(getDomainSettings, (_input, { domainId }) => storedSettings(surroundings.settings.get(domainId) ?? {}));
  await world.neighbour(resolveDomainByRegistrationToken, ({ registrationToken }) => {
    const domainId = surroundings.domainOfToken.get(registrationToken);
    if (domainId === undefined) throw new ServiceError('DOMAIN_NOT_FOUND');
    return { domainId, maxGameservers: surroundings.maxGameServers };
  });
  await world.neighbour(getPlayerContext, ({ playerId, gameServerId }) => {
    const gameId = surroundings.gameIds.get(playerId);
    if (gameId === undefined) throw new ServiceError('PLAYER_NOT_FOUND');
    const pog = { ...sample<PlayerOnGameServerSnapshot>(PlayerOnGameServerSnapshot), playerId, gameServerId, gameId: gameId ?? '' };
    return { player: { ...sample<PlayerSnapshot>(PlayerSnapshot), id: playerId }, pog: gameId === null ? null : pog };
  });
  await world.neighbour(getGamesOfPlayer, ({ playerId }) => {
    const gameId = surroundings.gameIds.get(playerId);
    return gameId ? [...surroundings.seenOn].map((gameServerId) => ({ playerId, gameServerId, gameId })) : [];
  });
  await world.neighbour(findPlayersInGame, ({ gameServerId, gameIds, playerIds }) =>
    [...surroundings.gameIds].flatMap(([playerId, gameId]) =>
      gameId !== null && (gameIds.includes(gameId) || playerIds.includes(playerId)) ? [{ playerId, gameServerId, gameId }] : [],
    ),
  );
  await world.neighbour(getGamePlayer, ({ gameId }) => surroundings.names.get(gameId) ?? null);
  await world.neighbour(cleanEvents, () => note('events', { deleted: 0, isDone: true }));
  await world.neighbour(cleanVariables, () => note('variables', { deleted: 0 }));
  await world.neighbour(ensureCronJobs, () => note('cron jobs', {}));
  await world.start('gameservers', startGameServersProcess);
  return surroundings;
}

const storedSettings = (stored: Partial<Record<SettingKey, string>>) =>
  validate<Record<SettingKey, string | null>>(
    getDomainSettings.output,
    Object.fromEntries(SETTING_KEYS.map((key) => [key, stored[key] ?? null])),
  );

/** Tenancy makes this row when it provisions a domain; here it is not running. */
export const giveSettingsRow = (world: World, domain: TestDomain): Promise<unknown> =>
  world.adminSql(`insert into "domain_${domain.id}"."settings" ("id") values ($1) on conflict do nothing`, [settingsIdOf(domain.id)]);

let players = 0;

/** A player with a row, so that bans may name them, and an id within every game. */
export async function addPlayer(world: World, domain: TestDomain, { gameIds }: Surroundings) {
  const [playerId, gameId] = [newId(), `game-id-${(players += 1)}`];
  await world.adminSql(`insert into "domain_${domain.id}"."player" ("id", "name", "nameAt", "nameSeq") values ($1, $2, now(), 0)`, [
    playerId,
    gameId,
  ]);
  gameIds.set(playerId, gameId);
  return { playerId, gameId };
}

export async function addServer(world: World, domain: TestDomain, input: object = {}): Promise<GameServerOutput> {
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id);
  const name = `server ${Math.random().toString(36).slice(2)}`;
  return await gateway.call(createGameServer, { name, type: 'MOCK', connectionInfo: '{}', ...input }, { domainId: domain.id, token });
}

export interface Ask {
  readonly action: string;
  readonly args: Record<string, unknown>;
}

/** What is asked by itself soon after a game server was made; whoever counts what was asked did not ask that. */
const ASKED_UNBIDDEN: ReadonlySet<ActionName> = new Set(['listItems', 'listEntities', 'listBans']);

/** Answers the actions of one game server as connectors does, by the contract both ways. */
export async function connectGame(
  world: World,
  domain: TestDomain,
  gameServerId: string,
  answer: (action: ActionName, args: Record<string, unknown>) => ActionReply | 'silence' = (action) => ({
    result: sample(ACTIONS[action].result),
  }),
): Promise<AsyncDisposable & { readonly asked: readonly Ask[] }> {
  const bus = await world.busFor('connectors');
  const asked: Ask[] = [];
  const subscription = bus.nats.subscribe(actionSubject(domain.id, gameServerId, '*'), {
    callback: (_error, message) => {
      const action = Object.keys(ACTIONS).find((name): name is ActionName => message.subject.endsWith(`.${name}`))!;
      const args = validate<Record<string, unknown>>(ACTIONS[action].args, message.json());
      if (!ASKED_UNBIDDEN.has(action)) asked.push({ action, args });
      const reply = answer(action, args);
      if (reply !== 'silence') message.respond(JSON.stringify(validate(ActionReply, reply)));
    },
  });
  await bus.nats.flush();
  return { asked, [Symbol.asyncDispose]: () => subscription.drain() };
}

/** Every event of these names from now on. */
export async function hearEvents(
  world: World,
  names: readonly string[],
): Promise<AsyncDisposable & { readonly events: readonly EventEnvelope[] }> {
  const bus = await world.busFor('gateway');
  const events: EventEnvelope[] = [];
  const listening = listen(bus, names, (event) => events.push(event));
  await bus.nats.flush();
  return { events, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() };
}
