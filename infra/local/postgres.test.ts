import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { preparePostgres } from '../postgres/roles.ts';
import { startPostgres } from './postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

const log = (): void => undefined;
const start = (dataFolder: string, more: object = {}) => startPostgres({ dataFolder, port: 0, durable: false, log, ...more });

const query = async <Row extends object>(connectionString: string, text: string): Promise<Row[]> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
};

test('what was written is there after the next start, and only this machine can connect', async () => {
  await using folder = await temporaryFolder();
  {
    await using postgres = await start(folder.path, { durable: true });
    await query(postgres.adminUrl, 'create table kept (n int); insert into kept values (7)');
  }

  await using postgres = await start(folder.path);

  expect(await query(postgres.adminUrl, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(await query(postgres.adminUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  expect((await stat(join(folder.path, 'superuser-password'))).mode & 0o077).toBe(0);
});

test('each service gets a role of its own in the database takaro, which sorts as people do', async () => {
  await using folder = await temporaryFolder();
  await using postgres = await start(folder.path);
  const options = { adminUrl: postgres.adminUrl, passwordFolder: join(folder.path, 'passwords') };

  const first = await preparePostgres(options);
  const second = await preparePostgres(options);

  expect(second).toEqual(first);
  const [row] = await query(first.players ?? '', 'select current_user as "user", current_database() as "database"');
  expect(row).toEqual({ user: 'takaro_players', database: 'takaro' });
  const sorted = await query(
    first.players ?? '',
    `select string_agg(w, '' order by w) as "words" from unnest(array['b', 'A', 'a', 'B']) as w`,
  );
  expect(sorted).toEqual([{ words: 'aAbB' }]);
  await expect(query(first.players ?? '', 'create table public.mine ()')).rejects.toThrow('permission denied');
  expect((await stat(join(folder.path, 'passwords', 'players.password'))).mode & 0o077).toBe(0);
});

test('a wrong password and an address where nobody answers are told in one line', async () => {
  await using folder = await temporaryFolder();
  await using postgres = await start(folder.path);
  const wrong = new URL(postgres.adminUrl);
  wrong.password = 'wrong';

  const refused = preparePostgres({ adminUrl: wrong.href, passwordFolder: folder.path });
  await expect(refused).rejects.toThrow(/^PostgreSQL at 127\.0\.0\.1:\d+ refused the user or password: [^\n]+$/);
  const nobody = preparePostgres({ adminUrl: 'postgres://a:b@127.0.0.1:1/postgres', passwordFolder: folder.path });
  await expect(nobody).rejects.toThrow(/^PostgreSQL at 127\.0\.0\.1:1 cannot be used \(ECONNREFUSED\)[^\n]+$/);
});

test('a folder that is no data folder of PostgreSQL is left alone and told in one line', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'cluster'));
  await writeFile(join(folder.path, 'cluster', 'diary'), 'mine');

  await expect(start(folder.path)).rejects.toThrow(/is not a PostgreSQL data folder: move it away or choose another folder with --data\.$/);
  expect(await readFile(join(folder.path, 'cluster', 'diary'), 'utf8')).toBe('mine');
});

test('a server that outlived who started it is ended by whoever takes over', async () => {
  await using folder = await temporaryFolder();
  const module = JSON.stringify(join(import.meta.dirname, 'postgres.ts'));
  const code = `import { startPostgres } from ${module};
    const { adminUrl } = await startPostgres({ dataFolder: '${folder.path}', port: 0, log: () => {}, durable: false });
    console.log(adminUrl); process.kill(process.pid, 'SIGKILL');`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string];
  await query(url.trim(), 'select 1');

  await using postgres = await start(folder.path, { takeOver: true });

  expect(await query(postgres.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await expect(query(url.trim(), 'select 1')).rejects.toThrow('ECONNREFUSED');
});
