import { newId } from '@takaro/contracts/ids';
import { SETTING_KEYS, SETTINGS } from '@takaro/contracts/settings';
import { expect } from 'vitest';
import type { RestAnswer } from './rest-client.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const done = (data: unknown) => ({ status: 200, body: { meta: {}, data } });
const refused = (status: number, code: string) => ({ status, body: { meta: { error: expect.objectContaining({ code }) }, data: {} } });
const answerOf = ({ status, body }: RestAnswer) => ({ status, body });

type Key = keyof typeof SETTINGS;

/** A setting as it is answered. */
const setting = (key: Key, value: string, type: string) => ({
  key,
  value,
  type,
  description: SETTINGS[key].description,
  canHaveGameServerOverride: SETTINGS[key].perGameServer,
});

test('a fresh domain has every setting at its default, in the order of their table', async ({ rest }) => {
  const { ask } = await rest.openDomain();

  const all = await ask('GET', '/settings');

  expect(answerOf(all)).toEqual(done(SETTING_KEYS.map((key) => setting(key, SETTINGS[key].defaultValue, 'default'))));
});

test('a setting is stored as text, read and forgotten', async ({ rest }) => {
  const { ask } = await rest.openDomain();

  expect(answerOf(await ask('POST', '/settings/commandPrefix', { body: { value: '!' } }))).toEqual(
    done(setting('commandPrefix', '!', 'global')),
  );
  expect(answerOf(await ask('GET', '/settings/commandPrefix'))).toEqual(done(setting('commandPrefix', '!', 'global')));
  for (const [value, text] of [
    [true, 'true'],
    [7, '7'],
    ['', ''],
  ] as const) {
    expect(answerOf(await ask('POST', '/settings/messagePrefix', { body: { value } }))).toEqual(
      done(setting('messagePrefix', text, 'global')),
    );
  }
  expect(answerOf(await ask('DELETE', '/settings/commandPrefix'))).toEqual(done({}));
  expect(answerOf(await ask('GET', '/settings/commandPrefix'))).toEqual(done(setting('commandPrefix', '/', 'default')));

  const told = async () => {
    const { data } = (await ask('POST', '/event/search', { body: { filters: { eventName: ['settings-set'] }, sortBy: 'createdAt' } })).body;
    return data.map(({ meta, gameserverId }: { meta: object; gameserverId: string | null }) => ({ ...meta, gameserverId }));
  };
  const events = [
    { key: 'commandPrefix', value: '!' },
    { key: 'messagePrefix', value: 'true' },
    { key: 'messagePrefix', value: '7' },
    { key: 'messagePrefix', value: '' },
    { key: 'commandPrefix', value: null },
  ].map((event) => ({ ...event, timestamp: expect.any(String), gameserverId: null }));
  await expect.poll(told, { timeout: 20_000 }).toHaveLength(events.length);
  expect(await told()).toEqual(expect.arrayContaining(events));
});

test('a game server has its own where that is not empty, else that of the domain, else the default', async ({ rest }) => {
  const { ask, world } = rest;
  const { gameServerId } = await rest.openGame('settings');
  const at = `?gameServerId=${gameServerId}`;
  const set = async (value: string, of: object = {}) => answerOf(await ask('POST', '/settings/serverChatName', { body: { value, ...of } }));
  const read = async () => answerOf(await ask('GET', `/settings/serverChatName${at}`));

  expect(await read()).toEqual(done(setting('serverChatName', 'Takaro', 'default')));
  expect(await set('', { gameServerId })).toEqual(done(setting('serverChatName', 'Takaro', 'default')));
  await set('Otters');
  expect(await read()).toEqual(done(setting('serverChatName', 'Otters', 'inherit')));
  expect(await set('Beavers', { gameServerId })).toEqual(done(setting('serverChatName', 'Beavers', 'override')));
  expect(await read()).toEqual(done(setting('serverChatName', 'Beavers', 'override')));
  const rows = await world.adminSql(`SELECT "serverChatName" FROM "domain_${rest.id}"."gameServerSettings" WHERE "gameServerId" = $1`, [
    gameServerId,
  ]);
  expect(rows).toEqual([{ serverChatName: 'Beavers' }]);
  const all = await ask('GET', `/settings${at}`);
  expect(all.body.data.map(({ key }: { key: string }) => key)).toEqual(SETTING_KEYS);
  expect(all.body.data).toContainEqual(setting('serverChatName', 'Beavers', 'override'));
  expect(answerOf(await ask('GET', '/settings/serverChatName'))).toEqual(done(setting('serverChatName', 'Otters', 'global')));

  expect(answerOf(await ask('DELETE', `/settings/serverChatName${at}`))).toEqual(done({}));
  expect(await read()).toEqual(done(setting('serverChatName', 'Otters', 'inherit')));
  // What a key says of game servers is not enforced.
  expect(answerOf(await ask('POST', '/settings/domainName', { body: { value: 'Mine', gameServerId } }))).toEqual(
    done(setting('domainName', 'Mine', 'override')),
  );
  const told = async () =>
    (
      await ask('POST', '/event/search', { body: { filters: { eventName: ['settings-set'], gameserverId: [gameServerId] } } })
    ).body.data.map(({ meta }: { meta: object }) => meta);
  await expect.poll(told, { timeout: 20_000 }).toContainEqual({ key: 'serverChatName', value: null, timestamp: expect.any(String) });
});

test('some settings are read by their keys, in the order of the table', async ({ rest }) => {
  const keysOf = async (query: string) => (await rest.ask('GET', `/settings?${query}`)).body.data.map(({ key }: { key: string }) => key);

  expect(await keysOf('keys=timezone&keys=commandPrefix')).toEqual(['commandPrefix', 'timezone']);
  expect(await keysOf('keys=economyEnabled')).toEqual(['economyEnabled']);
});

test('a key that does not exist is refused with the list of those that do', async ({ rest }) => {
  const answers = [
    await rest.ask('GET', '/settings/noSuchKey'),
    await rest.ask('POST', '/settings/noSuchKey', { body: { value: 'x' } }),
    await rest.ask('DELETE', '/settings/noSuchKey'),
  ];

  for (const answer of answers) {
    expect(answerOf(answer)).toEqual(refused(400, 'ValidationError'));
    const details = answer.body.meta.error?.details as { property: string; constraints: { isEnum: string } }[] | undefined;
    const [detail, ...others] = details ?? [];
    expect([detail?.property, others]).toEqual(['key', []]);
    for (const key of SETTING_KEYS) expect(detail?.constraints.isEnum).toContain(key);
  }
  const inQuery = await rest.ask('GET', '/settings?keys=commandPrefix&keys=noSuchKey');
  expect(answerOf(inQuery)).toEqual(refused(400, 'ValidationError'));
  expect(JSON.stringify(inQuery.body.meta.error?.details)).toContain('isEnum');
});

test('a value that is none, and one that the setting cannot have, are refused', async ({ rest }) => {
  const set = async (key: string, body: object) => answerOf(await rest.ask('POST', `/settings/${key}`, { body }));

  for (const body of [{}, { value: null }, { value: {} }, { value: 'x', other: 1 }, { value: 'x', gameServerId: 'no id' }]) {
    expect(await set('commandPrefix', body), JSON.stringify(body)).toEqual(refused(400, 'ValidationError'));
  }
  expect(await set('timezone', { value: 'Mars/Olympus' })).toEqual(refused(400, 'BadRequestError'));
});

test('settings of a game server that does not exist are not found', async ({ rest }) => {
  const missing = refused(404, 'NotFoundError');
  const at = `?gameServerId=${newId()}`;

  expect(answerOf(await rest.ask('GET', `/settings${at}`))).toEqual(missing);
  expect(answerOf(await rest.ask('GET', `/settings/commandPrefix${at}`))).toEqual(missing);
  expect(answerOf(await rest.ask('DELETE', `/settings/commandPrefix${at}`))).toEqual(missing);
  expect(answerOf(await rest.ask('POST', '/settings/commandPrefix', { body: { value: '!', gameServerId: newId() } }))).toEqual(missing);
});

test('anybody of the domain reads settings, and who manages them writes', async ({ rest }) => {
  const reader = await rest.signIn([]);
  const writer = await rest.signIn(['MANAGE_SETTINGS']);
  const noDesk = await rest.signIn(['MANAGE_SETTINGS'], { isDashboardUser: false });
  const set = async (session: string | null) =>
    answerOf(await rest.ask('POST', '/settings/currencyName', { session, body: { value: 'fish' } }));

  expect((await rest.ask('GET', '/settings', { session: reader })).status).toBe(200);
  expect((await rest.ask('GET', '/settings/currencyName', { session: reader })).status).toBe(200);
  expect((await set(writer)).status).toBe(200);
  expect(await set(reader)).toEqual(refused(403, 'ForbiddenError'));
  expect(await set(noDesk)).toEqual(refused(400, 'BadRequestError'));
  expect(await set(null)).toEqual(refused(401, 'UnauthorizedError'));
  expect(answerOf(await rest.ask('DELETE', '/settings/currencyName', { session: reader }))).toEqual(refused(403, 'ForbiddenError'));
});
