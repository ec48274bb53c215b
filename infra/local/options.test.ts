import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HELP, readOptions, START_OPTIONS } from './options.ts';
import { ROOT } from './run-tool.ts';

test('without options the data folder is .takaro of the checkout and the ports are the usual ones', () => {
  expect(readOptions([], {})).toEqual({
    data: join(ROOT, '.takaro'),
    host: '127.0.0.1',
    port: 3000,
    connectorsPort: 3004,
    adminSecret: undefined,
    demo: true,
    copies: 1,
    databaseUrl: undefined,
    natsUrl: undefined,
  });
});

test('each option can be given by its environment variable, and the option wins', () => {
  const env = {
    INIT_CWD: '/home/ada',
    TAKARO_DATA: 'state',
    TAKARO_PORT: '4000',
    TAKARO_CONNECTORS_PORT: '4004',
    TAKARO_HOST: '::1',
    TAKARO_ADMIN_SECRET: 'long enough',
    TAKARO_NO_DEMO: '1',
    TAKARO_COPIES: '2',
    TAKARO_DATABASE_URL: 'postgres://a:b@db/x',
    TAKARO_NATS_URL: 'nats://bus:4222',
  };

  expect(readOptions(['--port', '5000'], env)).toEqual({
    data: '/home/ada/state',
    host: '::1',
    port: 5000,
    connectorsPort: 4004,
    adminSecret: 'long enough',
    demo: false,
    copies: 2,
    databaseUrl: 'postgres://a:b@db/x',
    natsUrl: 'nats://bus:4222',
  });
});

test('a variable that is empty is as good as none', () => {
  const env = Object.fromEntries(START_OPTIONS.map(({ variable }) => [variable, '']));

  expect(readOptions([], env)).toEqual(readOptions([], {}));
});

test('the help names every option and its variable', () => {
  expect(readOptions(['--help'], {})).toBeUndefined();
  for (const { option, variable } of START_OPTIONS) expect(HELP).toMatch(new RegExp(`--${option}.*${variable}`));
});

test.each([
  [['--port', 'http'], '--port must be a port from 1 to 65535, not "http".'],
  [['--connectors-port', '70000'], '--connectors-port must be a port from 1 to 65535, not "70000".'],
  [['--admin-secret', 'short'], '--admin-secret must have 8 characters or more.'],
  [['--copies', '0'], '--copies must be a number from 1 to 8, not "0".'],
  [['--database-url', 'mysql://x'], '--database-url must be a URL that begins with postgres:// or postgresql://.'],
  [['--dta', 'x'], "Unknown option '--dta': npm start -- --help lists the options."],
])('%j is refused in one line', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
});
