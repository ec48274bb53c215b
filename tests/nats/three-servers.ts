import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { type Servers, startServers } from '@takaro/infra/local/servers';
import { setupStreams, type StreamOptions } from '@takaro/infra/nats/streams';

export interface ThreeServers {
  /** Of all three, separated by commas. */
  readonly url: string;
  readonly setupCredentials: string;
  readonly nodes: Servers['natsServers'];
  /** With the rights of whoever sets streams up. */
  readonly connection: NatsConnection;
}

/** A cluster of NATS with the streams, which ends with the stack. */
export async function openThreeServers(open: AsyncDisposableStack, streams: StreamOptions): Promise<ThreeServers> {
  const data = await mkdtemp(join(tmpdir(), 'takaro-cluster-'));
  open.defer(() => rm(data, { recursive: true, force: true, maxRetries: 5 }));
  const unused = { host: '127.0.0.1', port: 0, connectorsPort: 0, adminSecret: undefined, demo: false, copies: 1 };
  // Its database is somebody else's, and not asked for anything.
  const options = { ...unused, data, databaseUrl: 'postgres://nobody@127.0.0.1:1/none', natsUrl: undefined };
  const servers = open.use(await startServers({ options, takeOver: false, natsNodes: 3, log: () => undefined }));
  const { setupCredentials, url } = servers.nats;
  await setupStreams(url, setupCredentials, streams);
  const connecting = connect({
    servers: url.split(','),
    authenticator: credsAuthenticator(await readFile(setupCredentials)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    timeout: 3_000,
  });
  const connection = open.adopt(await connecting, (one) => one.close());
  return { url, setupCredentials, nodes: servers.natsServers, connection };
}
