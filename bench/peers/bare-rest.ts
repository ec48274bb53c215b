import { freePort } from '@takaro/infra/local/ports';
import pg from 'pg';
import { startWorker } from './worker-process.ts';

export interface BareRestOptions {
  readonly natsUrl: string;
  /** The path of a .creds file that may do everything in the account. */
  readonly credentialsFile: string;
  /** With the right to everything in the database of the services. */
  readonly databaseUrl: string;
  /** Whose players and variables are copied. */
  readonly schema: string;
  /** What Takaro's answer says of a player besides its row, so that both send as many bytes. */
  readonly besides: object;
}

/** Fastify in one process, `pg` in another, one NATS request between them; no session, no permission, no check. */
export interface BareRest extends AsyncDisposable {
  readonly url: string;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
}

const TABLES = ['bench_rest_player', 'bench_rest_variable'] as const;

export async function bareRest(options: BareRestOptions): Promise<BareRest> {
  await using starting = new AsyncDisposableStack();
  const client = new pg.Client(options.databaseUrl);
  await client.connect();
  starting.defer(async () => {
    await client.query(`DROP TABLE IF EXISTS ${TABLES.join(', ')}`);
    await client.end();
  });
  const [players, variables] = TABLES;
  await client.query(`CREATE TABLE ${players} (LIKE "${options.schema}"."player" INCLUDING ALL)`);
  await client.query(`CREATE TABLE ${variables} (LIKE "${options.schema}"."variable" INCLUDING ALL)`);
  await client.query(`INSERT INTO ${players} SELECT * FROM "${options.schema}"."player"`);
  await client.query(`ANALYZE ${players}`);
  const port = await freePort();
  const { natsUrl, credentialsFile, databaseUrl, besides } = options;
  const worker = async (file: string, ...args: string[]) =>
    starting.use(await startWorker(`${import.meta.dirname}/${file}`, [natsUrl, credentialsFile, ...args]));
  const owner = await worker('bare-rest.owner.ts', databaseUrl, JSON.stringify(besides));
  const edge = await worker('bare-rest.edge.ts', String(port));
  const running = starting.move();
  return {
    url: `http://127.0.0.1:${port}`,
    processes: { edge: edge.pid, owner: owner.pid },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
