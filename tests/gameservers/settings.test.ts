import { publishEvent } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { bareEvent } from '@takaro/contracts/event-envelope';
import { getEffectiveSettings, getGameServerSettings, setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import { SETTING_KEYS, SETTINGS } from '@takaro/contracts/settings';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addServer, giveSettingsRow, hearEvents, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

let surroundings: Surroundings;
const test = worldTest(async (world) => {
  surroundings = await startGameServersUnderTest(world);
});
test.beforeEach(async ({ world, domain }) => giveSettingsRow(world, domain));

async function ask<In, Out>(world: World, domain: TestDomain, contract: RequestContract<In, Out>, input: In): Promise<Out> {
  const tenancy = await world.busFor('tenancy');
  return await tenancy.call(contract, input, { domainId: domain.id, token: await tenancy.serviceToken(domain.id) });
}

const settingsSet = (domain: TestDomain) =>
  bareEvent({
    name: 'settings-set',
    domainId: domain.id,
    meta: { key: 'commandPrefix', value: '!' },
  });

test('a server that stores nothing has the defaults, every one of them', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);

  const effective = await ask(world, domain, getEffectiveSettings, { gameServerId: id });

  expect(effective).toEqual(Object.fromEntries(SETTING_KEYS.map((key) => [key, SETTINGS[key].defaultValue])));
  expect(await ask(world, domain, getGameServerSettings, { gameServerId: id })).toEqual(
    Object.fromEntries(SETTING_KEYS.map((key) => [key, null])),
  );
});

test('the value of the server comes before that of the domain, and that before the default; an empty one does not count', async ({
  world,
  domain,
}) => {
  const { id } = await addServer(world, domain);
  surroundings.settings.set(domain.id, { commandPrefix: '!', currencyName: 'Gold' });
  const prefix = async () => (await ask(world, domain, getEffectiveSettings, { gameServerId: id }))['commandPrefix'];
  const set = (value: string | null) => ask(world, domain, setGameServerSetting, { gameServerId: id, key: 'commandPrefix', value });

  expect(await prefix()).toBe('!');
  expect(await set('+')).toMatchObject({ commandPrefix: '+', currencyName: null });
  expect(await prefix()).toBe('+');
  await set('');
  expect(await prefix()).toBe('!');
  await set(null);
  expect(await prefix()).toBe('!');
});

test('a changed setting of the domain holds as soon as its event was heard', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  const prefix = async () => (await ask(world, domain, getEffectiveSettings, { gameServerId: id }))['commandPrefix'];
  expect(await prefix()).toBe('/');
  surroundings.settings.set(domain.id, { commandPrefix: '!' });

  await publishEvent(await world.busFor('tenancy'), settingsSet(domain));

  await expect.poll(prefix, { timeout: 1_500, interval: 20 }).toBe('!');
});

test('a value of the server is told in the name of who asked tenancy, and of nobody else', async ({ world, domain }) => {
  const { id: gameServerId } = await addServer(world, domain);
  await using heard = await hearEvents(world, ['settings-set']);
  const told = () => heard.events.filter(({ domainId }) => domainId === domain.id);
  const [actingUserId, actingModuleId] = [newId(), newId()];
  const somebodys = { gameServerId, key: 'commandPrefix', value: '+', actingUserId, actingModuleId, depth: 3 } as const;
  const nobodys = { gameServerId, key: 'currencyName', value: null } as const;

  await ask(world, domain, setGameServerSetting, somebodys);
  await ask(world, domain, setGameServerSetting, nobodys);

  await expect.poll(told).toHaveLength(2);
  const event = { name: 'settings-set', gameServerId, playerId: null, userId: null, moduleId: null };
  const timestamp = expect.any(String);
  expect(told()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...event, actingUserId, actingModuleId, depth: 3, meta: { key: 'commandPrefix', value: '+', timestamp } }),
      expect.objectContaining({
        ...event,
        actingUserId: null,
        actingModuleId: null,
        depth: 0,
        meta: { key: 'currencyName', value: null, timestamp },
      }),
    ]),
  );
});

test('a value that cannot be told is not stored', async ({ world, domain }) => {
  const { id: gameServerId } = await addServer(world, domain);
  const set = (value: string) => ask(world, domain, setGameServerSetting, { gameServerId, key: 'commandPrefix', value });
  const stored = async () => (await ask(world, domain, getGameServerSettings, { gameServerId }))['commandPrefix'];
  await world.adminSql(
    `create function "takaro_gameservers"."noRoom"() returns trigger language plpgsql as
       $$ begin raise exception 'no room' using errcode = 'disk_full'; end $$;
     create trigger "noRoom" before insert on "takaro_gameservers"."outbox" for each row
       when (new."domainId" = '${domain.id}') execute function "takaro_gameservers"."noRoom"()`,
  );

  await expect(set('+')).rejects.toMatchObject({ code: 'UNAVAILABLE' });

  expect(await stored()).toBeNull();
  await world.adminSql('drop trigger "noRoom" on "takaro_gameservers"."outbox"');
  await set('+');
  expect(await stored()).toBe('+');
});

test('settings of a server that is not there are not found', async ({ world, domain }) => {
  const gameServerId = newId();
  const missing = { code: 'GAMESERVER_NOT_FOUND' };
  await expect(ask(world, domain, getEffectiveSettings, { gameServerId })).rejects.toMatchObject(missing);
  await expect(ask(world, domain, getGameServerSettings, { gameServerId })).rejects.toMatchObject(missing);
  await expect(ask(world, domain, setGameServerSetting, { gameServerId, key: 'timezone', value: 'x' })).rejects.toMatchObject(missing);
});
