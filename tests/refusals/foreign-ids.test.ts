import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { AnyRequest } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import { type RawAnswer, rawRequest } from '@takaro/testing/raw-request';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { startAllServices } from '../all-services.ts';
import { furnish } from './furnish.ts';
import { idInputs } from './id-inputs.ts';
import { idsIn } from './ids-in.ts';

/** Takes orders that modules sealed, whatever ids are in them: `tests/abuse/execution-tokens.test.ts`. */
const TAKES_SEALED_ORDERS = 'claim-execution';

const contracts = ALL_REQUESTS.filter(
  (contract) => contract.scope === 'domain' && contract.operation !== TAKES_SEALED_ORDERS && idInputs(contract).length > 0,
).map((contract) => [`${contract.service}.${contract.operation}`, contract] as const);

/** An id of a row of each table. */
type Ids = readonly { readonly table: string; readonly id: string }[];

interface Neighbourhood {
  /** The domain that is asked. */
  readonly home: string;
  /** Another one, with a row in every table. */
  readonly furnished: string;
  readonly ids: Ids;
}

/** A third domain, with a row in every table, that is written in. */
interface Household {
  readonly domainId: string;
  readonly ids: Ids;
}

/** Writes for which a sample with one id of a row is enough, leaves before what they hang on: the operation, the place, the table. */
const WRITES: readonly (readonly [operation: string, place: string, table: string])[] = [
  ['tenancy.create-role', 'permissions.permissionId', 'permission'],
  ['tenancy.update-role', 'id', 'role'],
  ['tenancy.update-user', 'id', 'user'],
  ['tenancy.assign-user-role', 'id', 'user'],
  ['tenancy.create-player-link', 'playerId', 'player'],
  ['tenancy.set-setting', 'gameServerId', 'gameServer'],
  ['tenancy.delete-setting', 'gameServerId', 'gameServer'],
  ['gameservers.set-game-server-setting', 'gameServerId', 'gameServer'],
  ['gameservers.trigger-job', 'id', 'gameServer'],
  ['gameservers.create-ban', 'playerId', 'player'],
  ['gameservers.update-ban', 'id', 'ban'],
  ['gameservers.delete-ban', 'id', 'ban'],
  ['players.assign-player-role', 'roleId', 'role'],
  ['modules.create-hook', 'versionId', 'moduleVersion'],
  ['modules.create-command', 'versionId', 'moduleVersion'],
  ['modules.create-function', 'versionId', 'moduleVersion'],
  ['modules.create-command-argument', 'commandId', 'command'],
  ['modules.create-assignment', 'functionId', 'function'],
  ['modules.create-variable', 'moduleId', 'module'],
  ['modules.update-hook', 'id', 'hook'],
  ['modules.update-command', 'id', 'command'],
  ['modules.update-cron-job', 'id', 'cron'],
  ['modules.update-function', 'id', 'function'],
  ['modules.update-command-argument', 'id', 'commandArgument'],
  ['modules.update-variable', 'id', 'variable'],
  ['modules.update-module', 'id', 'module'],
  ['modules.rerun-execution', 'id', 'execution'],
  ['modules.delete-assignment', 'id', 'functionAssignment'],
  ['modules.remove-command-argument', 'id', 'commandArgument'],
  ['modules.remove-function', 'id', 'function'],
  ['modules.remove-hook', 'id', 'hook'],
  ['modules.remove-command', 'id', 'command'],
  ['modules.remove-cron-job', 'id', 'cron'],
  ['modules.delete-variable', 'id', 'variable'],
  ['modules.remove-module', 'id', 'module'],
  ['players.delete-player', 'id', 'player'],
  ['gameservers.remove-game-server', 'id', 'gameServer'],
];

const test = worldTest(startAllServices).extend<{ neighbourhood: Neighbourhood; household: Household }>({
  neighbourhood: [
    async ({ world }, use) => {
      const [home, furnished] = [await world.domain(), await world.domain()];
      await furnish(world, furnished.id);
      await use({ home: home.id, furnished: furnished.id, ids: await idsIn(world, furnished.id) });
    },
    { scope: 'file' },
  ],
  household: [
    async ({ world }, use) => {
      const { id } = await world.domain();
      await furnish(world, id);
      await use({ domainId: id, ids: await idsIn(world, id) });
    },
    { scope: 'file' },
  ],
});

async function ask(world: World, contract: AnyRequest, domainId: string, input: unknown): Promise<RawAnswer> {
  const gateway = await world.busFor('gateway');
  const token = await tokenFor(world, contract, domainId);
  return rawRequest(gateway.nats, contract, { domainId, token, payload: JSON.stringify(input) });
}

/** Signing costs more than asking. */
const tokens = new Map<string, Promise<string | undefined>>();
function tokenFor(world: World, contract: AnyRequest, domainId: string): Promise<string | undefined> {
  const key = `${domainId} ${contract.service} ${contract.operation}`;
  const token = tokens.get(key) ?? world.tokens.rightFor(contract, domainId);
  tokens.set(key, token);
  return token;
}

/** What an answer says apart from ids and times, which differ each time. */
const gist = ({ code, body }: RawAnswer): string =>
  `${code} ${JSON.stringify(body)}`
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');

describe('an id that no row of the domain has', () => {
  test.for(contracts)('is answered by %s with an error that it lists, or with nothing', async ([, contract], { world, neighbourhood }) => {
    const listed: (string | null)[] = [null, ...contract.errors];

    for (const { place, of } of idInputs(contract)) {
      const { code, body } = await ask(world, contract, neighbourhood.home, of(newId(), neighbourhood.home));
      expect(listed, `${place}: ${code} ${JSON.stringify(body)}`).toContain(code);
    }
  });
});

describe('an id of another domain', () => {
  test('is there to be asked for, of every kind of thing', ({ neighbourhood }) => {
    const tables = neighbourhood.ids.map(({ table }) => table);

    expect(tables).toEqual(
      expect.arrayContaining([
        'user',
        'role',
        'gameServer',
        'item',
        'entity',
        'ban',
        'job',
        'player',
        'playerOnGameServer',
        'module',
        'moduleVersion',
        'hook',
        'command',
        'cron',
        'function',
        'functionAssignment',
        'moduleInstallation',
        'variable',
        'execution',
        'event',
      ]),
    );
  });

  test.for(contracts)('is answered by %s as one that does not exist', async ([, contract], { world, neighbourhood }) => {
    const { home, ids } = neighbourhood;

    for (const { place, of } of idInputs(contract)) {
      const unknown = gist(await ask(world, contract, home, of(newId(), home)));
      const told = ids.map(async ({ table, id }) => ({ table, told: gist(await ask(world, contract, home, of(id, home))) }));
      for (const { table, told: one } of await Promise.all(told)) expect(one, `${place} of ${table}`).toBe(unknown);
    }
  });

  test('is answered differently at home', async ({ world, neighbourhood }) => {
    const { furnished, ids } = neighbourhood;
    const tellers: string[] = [];

    for (const [name, contract] of contracts.filter(([, { rest, service }]) => rest?.method === 'GET' && service !== 'gateway')) {
      for (const { of } of idInputs(contract)) {
        const unknown = gist(await ask(world, contract, furnished, of(newId(), furnished)));
        const told = await Promise.all(ids.map(async ({ id }) => gist(await ask(world, contract, furnished, of(id, furnished)))));
        if (told.some((one) => one !== unknown)) tellers.push(name);
      }
    }

    expect(tellers).toEqual(
      expect.arrayContaining(['gameservers.get-game-server', 'tenancy.get-role', 'modules.get-hook', 'events.get-event']),
    );
  });

  test.for(WRITES)('is answered differently at home by %s at %s', async ([name, place, table], { world, neighbourhood, household }) => {
    const contract = ALL_REQUESTS.find(({ service, operation }) => `${service}.${operation}` === name) ?? expect.fail(name);
    const input = idInputs(contract).find((one) => one.place === place) ?? expect.fail(place);
    const { domainId } = household;
    const answerFor = (ids: Ids): Promise<RawAnswer> => {
      const { id } = ids.find((one) => one.table === table) ?? expect.fail(table);
      return ask(world, contract, domainId, input.of(id, domainId));
    };

    const foreign = await answerFor(neighbourhood.ids);
    const own = await answerFor(household.ids);

    const listed: (string | null)[] = [null, ...contract.errors];
    expect(foreign.code).toMatch(/_NOT_FOUND$/);
    expect(listed).toContain(own.code);
    expect(own.code).not.toBe(foreign.code);
  });
});
