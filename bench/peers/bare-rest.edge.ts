import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { fastify } from 'fastify';
import { tell } from './worker-process.ts';

const [natsUrl = '', credentialsFile = '', port = ''] = process.argv.slice(2);
const nats = await connect({ servers: natsUrl, authenticator: credsAuthenticator(await readFile(credentialsFile)) });

const ask = async (subject: string, input: unknown): Promise<unknown> =>
  (await nats.request(`bench.rest.${subject}`, JSON.stringify(input), { timeout: 10_000 })).json();

const server = fastify();
server.get('/player/:id', async ({ params }) => ({ meta: {}, data: await ask('get', params) }));
server.post('/player/search', async ({ body }) => ({ meta: {}, data: await ask('search', body) }));
server.post('/variables', async ({ body }) => ({ meta: {}, data: await ask('create', body) }));
await server.listen({ host: '127.0.0.1', port: Number(port) });
process.once('SIGTERM', () => process.exit(0));
tell('ready');
