import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxForTests, type SandboxForTests } from './testing.ts';

let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests({}, async (request) =>
    request.operationId === 'GameServerController_getOne'
      ? { status: 409, body: { meta: { error: { code: 'ConflictError', message: 'taken' } }, data: {} } }
      : { status: 200, body: { meta: { total: 1 }, data: { asked: request } } },
  );
});
afterAll(async () => box[Symbol.asyncDispose]());

const HELPERS = `import { takaro, data, checkPermission, TakaroUserError, axios, _, lodash, nextCronJobRun, getTakaro, getData } from '@takaro/helpers';`;
const withPog = { data: { gameServerId: 'server-1', player: { name: 'Bob' }, pog: { gameId: '76' } } };

test('a function runs, and its console lines come back in order with their further arguments', async () => {
  const result = await box.run(`console.log('first', { a: 1 }, 2); await null; console.error(undefined); console.warn({ b: [1] });`);

  expect(result).toMatchObject({ success: true, lost: false, truncated: false, calls: 0 });
  expect(result.logs).toEqual([
    { msg: 'first', details: { args: [{ a: 1 }, 2] } },
    { msg: 'undefined', details: { args: [] } },
    { msg: '{"b":[1]}', details: { args: [] } },
  ]);
});

test('a message is cut after 1,000 characters', async () => {
  const { logs } = await box.run(`console.log('x'.repeat(1_001))`);
  expect(logs[0]?.msg).toBe(`${'x'.repeat(1_000)}...`);
});

test('a call resolves to the response and leaves its request and response in the log', async () => {
  const { logs, calls } = await box.run(`${HELPERS}
    const response = await takaro.settings.settingsControllerGetOne('commandPrefix', 'server-1');
    console.log(response.status, response.statusText, response.data.meta.total, response.data.data.asked);`);

  expect(calls).toBe(1);
  expect(logs.map(({ msg }) => msg)).toEqual([
    '➡️ GET /settings/commandPrefix?gameServerId=server-1',
    '⬅️ GET /settings/commandPrefix?gameServerId=server-1 200 OK',
    '200',
  ]);
  expect(logs[2]?.details).toEqual({
    args: ['OK', 1, { operationId: 'SettingsController_getOne', params: { key: 'commandPrefix' }, query: { gameServerId: 'server-1' } }],
  });
});

test('a refused call rejects as axios does', async () => {
  const { success, logs } = await box.run(`${HELPERS}
    try { await takaro.gameserver.gameServerControllerGetOne('server-1'); }
    catch (error) { console.log(error.message, error.response.status, error.response.data.meta.error.message, error.isAxiosError); }`);

  expect(success).toBe(true);
  expect(logs.at(-1)).toEqual({ msg: 'Request failed with status code 409', details: { args: [409, 'taken', true] } });
  expect(logs.at(-2)?.msg).toContain('Request errored');
});

test('a missing path parameter rejects before anything is asked', async () => {
  const { calls, logs } = await box.run(`${HELPERS}
    await takaro.gameserver.gameServerControllerGetOne(undefined).catch((error) => console.log(error.name, error.field));`);

  expect(calls).toBe(0);
  expect(logs).toEqual([{ msg: 'RequiredError', details: { args: ['gameServerId'] } }]);
});

test('groups and methods that do not exist are undefined', async () => {
  const { logs } = await box.run(
    `${HELPERS} console.log(typeof takaro.nothing, typeof takaro.gameserver.nothing, typeof takaro.discordControllerSendMessage);`,
  );
  expect(logs[0]).toEqual({ msg: 'undefined', details: { args: ['undefined', 'undefined'] } });
});

test('pm of player and pog whispers to the player on the game server', async () => {
  const before = box.calls.length;
  await box.run(`${HELPERS} await data.player.pm('hello'); await data.pog.pm('you');`, withPog);

  expect(box.calls.slice(before).map(({ params, body }) => ({ params, body }))).toEqual([
    { params: { gameServerId: 'server-1' }, body: { message: 'hello', opts: { recipient: { gameId: '76' } } } },
    { params: { gameServerId: 'server-1' }, body: { message: 'you', opts: { recipient: { gameId: '76' } } } },
  ]);
});

test('without a player on the game server nobody has pm', async () => {
  const { logs } = await box.run(`${HELPERS} console.log(typeof data.player.pm)`, { data: { player: {} } });
  expect(logs[0]?.msg).toBe('undefined');
});

test('calls that are not awaited are let through to their end', async () => {
  const before = box.calls.length;
  const result = await box.run(
    `${HELPERS}
    for (let index = 0; index < 30; index += 1) data.pog.pm('m' + index);
    (async () => { await data.pog.pm('a'); await null; await data.pog.pm('b'); await data.pog.pm('c'); })();`,
    withPog,
  );

  expect(result).toMatchObject({ success: true, calls: 33 });
  expect(box.calls.length - before).toBe(33);
  expect(result.logs).toHaveLength(66);
});

test('a rejection that nobody handles does not fail the function', async () => {
  const result = await box.run(`${HELPERS}
    takaro.gameserver.gameServerControllerGetOne('server-1').then(() => 1);
    Promise.reject(new Error('alone'));
    await takaro.settings.settingsControllerGetOne('x');
    console.log('end');`);

  expect(result.success).toBe(true);
  expect(result.logs.some(({ msg }) => msg === 'end')).toBe(true);
});

test('what is thrown becomes the last line, after the lines of calls that were still under way', async () => {
  const result = await box.run(`${HELPERS} data.pog.pm('late'); throw new Error('broken');`, withPog);

  expect(result).toMatchObject({ success: false, calls: 1 });
  expect(result.reason).toBeUndefined();
  expect(result.userMessage).toBeUndefined();
  expect(result.logs).toHaveLength(3);
  expect(result.logs.at(-1)?.msg).toBe('broken');
  expect(result.logs.at(-1)?.details).toContain('Error: broken');
});

test('a TakaroUserError is told by its text, and shows in the stack of the last line', async () => {
  const result = await box.run(`${HELPERS} async function main() { throw new TakaroUserError('You are poor'); } await main();`);

  expect(result).toMatchObject({ success: false, userMessage: 'You are poor' });
  expect(result.logs.at(-1)?.details).toContain('TakaroUserError');
});

test.each([
  ['a text', `throw 'text'`, 'undefined'],
  ['nothing', 'throw undefined', 'undefined'],
  ['a trap', `throw { get message() { throw new Error('trap'); } }`, 'The thrown value cannot be read'],
])('%s can be thrown', async (_, code, msg) => {
  const result = await box.run(code);
  expect(result).toMatchObject({ success: false, logs: [{ msg }] });
});

test('values that JSON cannot express do no harm in the log', async () => {
  const { success, logs } = await box.run(`
    const circle = {}; circle.self = circle;
    console.log('circle', circle); console.log(10n, { toJSON() { throw new Error('trap'); } }, Symbol('s'), () => 1);
    console.log(circle);`);

  expect(success).toBe(true);
  expect(logs).toEqual([
    { msg: 'circle', details: { args: ['[not serializable]'] } },
    { msg: '"10"', details: { args: ['[not serializable]', null, null] } },
    { msg: '"[not serializable]"', details: { args: [] } },
  ]);
});

test('what no database takes is replaced in the log, and nothing else', async () => {
  const { logs } = await box.run(String.raw`console.log('a\0b\ud83dc 😀 \\u0000', { ['k\0']: '\udc00' }); throw new Error('\0');`);

  expect(logs[0]).toEqual({ msg: 'a\ufffdb\ufffdc 😀 \\u0000', details: { args: [{ 'k\ufffd': '\ufffd' }] } });
  expect(logs[1]?.msg).toBe('\ufffd');
});

test('functions of the version are imported by name, and share the data', async () => {
  const sources = [
    {
      id: 'main',
      name: null,
      code: `import { twice, NAME } from './twice.js'; import { data } from '@takaro/helpers'; console.log(NAME, twice(data.value));`,
    },
    {
      id: 'lib',
      name: 'twice',
      code: `import { data } from '@takaro/helpers'; export const NAME = 'lib'; export const twice = (n) => (data.seen = n * 2); await null;`,
    },
  ];
  const result = await box.run('', { sources, versionKey: 'shared', data: { value: 21 } });
  expect(result.logs).toEqual([{ msg: 'lib', details: { args: [42] } }]);
});

test('a function that does not compile never starts: reason, no lines', async () => {
  const result = await box.run('const ok = 1;\nlet x = ;');
  expect(result).toMatchObject({
    success: false,
    logs: [],
    reason: expect.stringMatching(/^SyntaxError: .*line 2, column 9.*invalid javascript$/),
  });
});

test.each([
  [`import { _ } from '@takaro/helpers'; console.log(_.chunk([1, 2, 3], 2).length);`],
  [`import { lodash as tools } from '@takaro/helpers'; console.log(tools.chunk([1, 2, 3], 2).length);`],
  [`import * as all from '@takaro/helpers'; console.log(all._.chunk([1, 2, 3], 2).length);`],
])('lodash is there however it is imported: %s', async (code) => {
  expect((await box.run(code)).logs[0]?.msg).toBe('2');
});

test('lodash, cron times, legacy getters and a sleep are there; timers, network and process are not', async () => {
  const { success, logs } = await box.run(`${HELPERS}
    console.log(_ === lodash && _.chunk([1, 2, 3], 2).length, nextCronJobRun('0 0 1 1 *') instanceof Date, (await getTakaro()) === takaro, getData() === data);
    console.log([typeof setTimeout, typeof fetch, typeof process, typeof queueMicrotask, typeof URL, typeof __start, typeof __post].join());
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    await axios.get('http://127.0.0.1/').catch((error) => console.log(error.message));`);

  expect(success).toBe(true);
  expect(logs[0]).toEqual({ msg: '2', details: { args: [true, true, true] } });
  expect(logs[1]?.msg).toBe(Array.from({ length: 7 }, () => 'undefined').join());
  expect(logs[2]?.msg).toContain('not available');
});

describe('checkPermission', () => {
  const permission = (code: string, count?: number | null) => ({ count, permission: { permission: code, friendlyName: code } });
  const pog = (...roles: ReturnType<typeof permission>[][]) => ({ roles: roles.map((permissions) => ({ role: { permissions } })) });

  test.each([
    ['nothing held', pog([]), false],
    ['another held', pog([permission('OTHER')]), false],
    ['ROOT', pog([permission('ROOT')]), true],
    ['held with a count', pog([permission('BUY', 3)]), { permission: 'BUY', friendlyName: 'BUY', count: 3 }],
    ['the first role wins', pog([permission('BUY', 1)], [permission('BUY', 9)]), { permission: 'BUY', friendlyName: 'BUY', count: 1 }],
    [
      'the specific one goes before ROOT',
      pog([permission('ROOT')], [permission('BUY', null)]),
      { permission: 'BUY', friendlyName: 'BUY', count: null },
    ],
  ])('%s', async (_, holder, expected) => {
    const { logs } = await box.run(`${HELPERS} console.log('answer', checkPermission(data.pog, 'BUY'));`, { data: { pog: holder } });
    expect(logs[0]?.details).toEqual({ args: [expected] });
  });
});
