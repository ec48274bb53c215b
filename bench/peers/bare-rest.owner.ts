import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import pg from 'pg';
import { tell } from './worker-process.ts';

const [natsUrl = '', credentialsFile = '', databaseUrl = '', besidesText = '{}'] = process.argv.slice(2);
const besides: unknown = JSON.parse(besidesText);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
const nats = await connect({ servers: natsUrl, authenticator: credsAuthenticator(await readFile(credentialsFile)) });

interface Input {
  readonly id?: string;
  readonly page?: number;
  readonly limit?: number;
  readonly key?: string;
  readonly value?: string;
}

const query = async (name: string, text: string, values: unknown[]): Promise<object[]> => (await pool.query({ name, text, values })).rows;

const ANSWERS: Readonly<Record<string, (input: Input) => Promise<unknown>>> = {
  get: async ({ id }) => {
    const [row] = await query('get', 'SELECT * FROM bench_rest_player WHERE "id" = $1', [id]);
    return { ...row, ...(besides as object) };
  },
  search: async ({ page = 0, limit = 100 }) => {
    const rows = await query('search', 'SELECT * FROM bench_rest_player ORDER BY "id" LIMIT $1 OFFSET $2', [limit, page * limit]);
    return rows.map((row) => ({ ...row, ...(besides as object) }));
  },
  create: async ({ key, value }) => {
    const text = 'INSERT INTO bench_rest_variable ("id", "key", "value") VALUES ($1, $2, $3) RETURNING *';
    const [row] = await query('create', text, [randomUUID(), key, value]);
    return row;
  },
};

for (const [subject, answer] of Object.entries(ANSWERS)) {
  nats.subscribe(`bench.rest.${subject}`, {
    callback: (_error, message) => void answer(message.json<Input>()).then((output) => message.respond(JSON.stringify(output))),
  });
}
await nats.flush();
process.once('SIGTERM', () => process.exit(0));
tell('ready');
