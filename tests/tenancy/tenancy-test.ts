import { answers, type Bus, listen } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { disableGameServers, getGameServerSettings, setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import { getInstalledVersions } from '@takaro/contracts/modules/internal';
import { getPlayersByIds } from '@takaro/contracts/players/internal';
import { PlayerSnapshot } from '@takaro/contracts/players/shapes';
import { SETTING_KEYS } from '@takaro/contracts/settings';
import { startTenancyProcess } from '@takaro/tenancy/service';
import { sample } from '@takaro/testing/sample';
import type { World, WorldOptions } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';

type AnswerOf<C> = C extends RequestContract<infer _In, infer Out> ? Out : never;
export type Ask = <In, Out>(contract: RequestContract<In, Out>, input: In) => Promise<Out>;

interface TenancyFixtures {
  /** With an admin token. */
  readonly asAdmin: Ask;
  /** Without a token, as the gateway asks for people who are nobody yet. */
  readonly asPublic: Ask;
  /** With a token of the domain; @default permissions ROOT */
  readonly asUser: (domain: { readonly id: string }, permissions?: readonly string[], userId?: string) => Ask;
  /** Collects the events of these names from now on. */
  readonly told: (names: readonly string[]) => Promise<() => EventEnvelope[]>;
  /** Domains whose game servers were disabled. */
  readonly disabled: readonly string[];
  /** The versions of modules that are installed. */
  readonly installed: InstalledVersions;
}

/** The only game server that the neighbour knows. */
export const GAME_SERVER_ID = '01890000-0000-7000-8000-0000000000aa';

const none = Object.fromEntries(SETTING_KEYS.map((key) => [key, null]));

const disabled: string[] = [];

/** Gameservers as tenancy sees it: one game server, whose settings it remembers per domain. */
async function gameserversNeighbour(world: World): Promise<void> {
  const stored = new Map<string, Record<string, string | null>>();
  const of = (domainId: string, gameServerId: string): Record<string, string | null> => {
    if (gameServerId !== GAME_SERVER_ID) throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
    return stored.get(domainId) ?? none;
  };
  await world.neighbours('gameservers', [
    answers(disableGameServers, async (_input, { domainId }) => {
      disabled.push(domainId);
      return { removed: 1 };
    }),
    answers(getGameServerSettings, async ({ gameServerId }, { domainId }) => of(domainId, gameServerId)),
    answers(setGameServerSetting, async ({ gameServerId, key, value }, { domainId }) => {
      const now = { ...of(domainId, gameServerId), [key]: value };
      stored.set(domainId, now);
      return now;
    }),
  ]);
}

/** Players as tenancy sees it: whoever has a row, without a role. */
const playersNeighbour = (world: World): Promise<unknown> =>
  world.neighbours('players', [
    answers(getPlayersByIds, async ({ ids }, { domainId }) => {
      const rows = await world.adminSql<{ id: string }>(`SELECT "id" FROM "domain_${domainId}"."player" WHERE "id" = ANY($1)`, [ids]);
      return rows.map(({ id }) => ({ ...sample<PlayerSnapshot>(PlayerSnapshot), id, roleAssignments: [] }));
    }),
  ]);

type InstalledVersions = AnswerOf<typeof getInstalledVersions>;

const installed: InstalledVersions = [];

/** Modules as tenancy sees it: what the test says is installed, in every domain. */
const modulesNeighbour = (world: World): Promise<unknown> =>
  world.neighbours('modules', [answers(getInstalledVersions, async () => [...installed])]);

/** On a busy machine answers come late. */
const PATIENCE = 10;

const askWith =
  (bus: Bus, options: () => Promise<{ domainId?: string; token?: string }>): Ask =>
  async (contract, input) =>
    bus.call(contract, input, { ...(await options()), timeoutMs: contract.timeoutMs * PATIENCE });

/** Tenancy in a world of its own, with gameservers as its neighbour. */
export const tenancyTest = (options: WorldOptions = {}) =>
  worldTest(async (world) => {
    await gameserversNeighbour(world);
    await modulesNeighbour(world);
    await playersNeighbour(world);
    await world.start('tenancy', startTenancyProcess);
    // The first domain of a world brings the tables of the services that are not started.
    await world.domain();
  }, options).extend<TenancyFixtures>({
    asAdmin: async ({ world }, use) => use(askWith(await world.busFor('gateway'), async () => ({ token: await world.tokens.admin() }))),
    asPublic: async ({ world }, use) => use(askWith(await world.busFor('gateway'), async () => ({}))),
    asUser: async ({ world }, use) => {
      const bus = await world.busFor('gateway');
      await use(({ id }, permissions, userId) =>
        askWith(bus, async () => ({ domainId: id, token: await world.tokens.user(id, permissions, userId) })),
      );
    },
    told: async ({ world }, use) => {
      await using open = new AsyncDisposableStack();
      const bus = await world.busFor('gateway');
      await use(async (names) => {
        const events: EventEnvelope[] = [];
        open.use(listen(bus, names, (event) => events.push(event)));
        await bus.nats.flush();
        return () => events;
      });
    },
    disabled: async ({}, use) => use(disabled),
    installed: async ({}, use) => {
      installed.length = 0;
      await use(installed);
    },
  });
