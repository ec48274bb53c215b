import { setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import { SETTING_KEYS, SETTINGS } from '@takaro/contracts/settings';
import { requestSubject } from '@takaro/contracts/subjects';
import { getDomainSettings } from '@takaro/contracts/tenancy/internal';
import { deleteSetting, getSetting, getSettings, setSetting } from '@takaro/contracts/tenancy/settings';
import { expect } from 'vitest';
import { GAME_SERVER_ID, tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();
const gameServerId = GAME_SERVER_ID;

test('a new domain has every setting at its default, in the order of their table', async ({ asUser, domain }) => {
  const settings = await asUser(domain, [])(getSettings, {});

  expect(settings.map(({ key }) => key)).toEqual(SETTING_KEYS);
  for (const { key, value, type } of settings) expect([value, type]).toEqual([SETTINGS[key].defaultValue, 'default']);
  expect(settings[0]).toEqual({
    key: 'commandPrefix',
    value: '/',
    type: 'default',
    description: expect.any(String),
    canHaveGameServerOverride: true,
  });
});

test('a setting is stored for the domain, told, and forgotten again', async ({ asUser, domain, told }) => {
  const ask = asUser(domain);
  const events = await told(['settings-set']);

  expect(await ask(setSetting, { key: 'commandPrefix', value: '!' })).toMatchObject({ value: '!', type: 'global' });
  expect(await ask(setSetting, { key: 'economyEnabled', value: true })).toMatchObject({ value: 'true', type: 'global' });

  expect(await ask(getSetting, { key: 'commandPrefix' })).toMatchObject({ value: '!', type: 'global' });
  expect(await ask(getSettings, { keys: ['economyEnabled', 'commandPrefix'] })).toMatchObject([{ value: '!' }, { value: 'true' }]);
  expect(await ask(getDomainSettings, {})).toMatchObject({ commandPrefix: '!', economyEnabled: 'true', timezone: null });

  expect(await ask(deleteSetting, { key: 'commandPrefix' })).toEqual({});

  expect(await ask(getSetting, { key: 'commandPrefix' })).toMatchObject({ value: '/', type: 'default' });
  await expect
    .poll(() => events().map(({ meta }) => meta), { timeout: 10_000 })
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: 'commandPrefix', value: '!' }),
        expect.objectContaining({ key: 'economyEnabled', value: 'true' }),
        expect.objectContaining({ key: 'commandPrefix', value: null }),
      ]),
    );
  expect(events()[0]).toMatchObject({ domainId: domain.id, gameServerId: null, actingUserId: expect.any(String) });
});

test('a game server inherits the setting of the domain until it has one of its own', async ({ asUser, domain }) => {
  const ask = asUser(domain);
  expect(await ask(getSetting, { key: 'commandPrefix', gameServerId })).toMatchObject({ value: '/', type: 'default' });
  await ask(setSetting, { key: 'commandPrefix', value: '!' });
  expect(await ask(getSetting, { key: 'commandPrefix', gameServerId })).toMatchObject({ value: '!', type: 'inherit' });

  expect(await ask(setSetting, { key: 'commandPrefix', value: '?', gameServerId })).toMatchObject({ value: '?', type: 'override' });

  expect(await ask(getSettings, { keys: ['commandPrefix'], gameServerId })).toMatchObject([{ value: '?', type: 'override' }]);
  expect(await ask(getSetting, { key: 'commandPrefix' })).toMatchObject({ value: '!', type: 'global' });

  await ask(deleteSetting, { key: 'commandPrefix', gameServerId });
  expect(await ask(getSetting, { key: 'commandPrefix', gameServerId })).toMatchObject({ value: '!', type: 'inherit' });
});

test('gameservers is asked to store and to tell in the name of who asked, and tenancy tells nothing besides', async ({
  world,
  asUser,
  domain,
  told,
}) => {
  const events = await told(['settings-set']);
  const everything = await world.natsFor('setup');
  const asked: unknown[] = [];
  everything.subscribe(requestSubject(setGameServerSetting, domain.id), { callback: (_error, message) => void asked.push(message.json()) });
  await everything.flush();
  const [userId, moduleId] = [newId(), newId()];
  const token = await world.tokens.execution(domain.id, { moduleId, depth: 2 });
  const gateway = await world.busFor('gateway');

  await asUser(domain, ['ROOT'], userId)(setSetting, { key: 'commandPrefix', value: '?', gameServerId });
  await gateway.call(deleteSetting, { key: 'commandPrefix', gameServerId }, { domainId: domain.id, token });
  await asUser(domain)(setSetting, { key: 'commandPrefix', value: '!' });

  await expect
    .poll(() => asked)
    .toEqual([
      { gameServerId, key: 'commandPrefix', value: '?', actingUserId: userId, actingModuleId: null, depth: 0 },
      { gameServerId, key: 'commandPrefix', value: null, actingUserId: null, actingModuleId: moduleId, depth: 3 },
    ]);
  const ofDomain = () => events().filter(({ domainId }) => domainId === domain.id);
  await expect.poll(ofDomain).toMatchObject([{ gameServerId: null, meta: { value: '!' } }]);
});

test('settings of a game server that does not exist are not found, and nothing is told', async ({ asUser, domain, told }) => {
  const ask = asUser(domain);
  const events = await told(['settings-set']);
  const unknown = newId();
  const refused = { code: 'GAMESERVER_NOT_FOUND' };

  await expect(ask(getSetting, { key: 'timezone', gameServerId: unknown })).rejects.toMatchObject(refused);
  await expect(ask(getSettings, { gameServerId: unknown })).rejects.toMatchObject(refused);
  await expect(ask(setSetting, { key: 'timezone', value: 'UTC', gameServerId: unknown })).rejects.toMatchObject(refused);
  await expect(ask(deleteSetting, { key: 'timezone', gameServerId: unknown })).rejects.toMatchObject(refused);
  await ask(setSetting, { key: 'timezone', value: 'UTC' });
  await expect.poll(events, { timeout: 10_000 }).toHaveLength(1);
});

test.for(['Mars/Olympus', '', 'UTC; drop'])('the time zone %j is refused', async (value, { asUser, domain }) => {
  await expect(asUser(domain)(setSetting, { key: 'timezone', value })).rejects.toMatchObject({ code: 'SETTING_REFUSED' });
  expect(await asUser(domain)(setSetting, { key: 'timezone', value: 'Europe/Brussels' })).toMatchObject({ value: 'Europe/Brussels' });
});

test('a setting needs MANAGE_SETTINGS to be written and nothing to be read', async ({ asUser, domain }) => {
  const ask = asUser(domain, ['READ_SETTINGS']);

  await expect(ask(setSetting, { key: 'commandPrefix', value: '!' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  await expect(ask(deleteSetting, { key: 'commandPrefix' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(await ask(getSetting, { key: 'commandPrefix' })).toMatchObject({ value: '/' });
});
