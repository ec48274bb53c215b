import { readFile } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { STREAM_NAMES } from '@takaro/contracts/services';
import type { System } from '@takaro/testing/system';

/** What the streams still hold for somebody. */
export interface Backlog {
  /** Messages that a consumer has not been given or has not acknowledged. */
  readonly waiting: number;
  /** Messages that somebody gave up on. */
  readonly dead: number;
}

export async function backlogOf({ servers }: System): Promise<Backlog> {
  const authenticator = credsAuthenticator(await readFile(servers.nats.setupCredentials));
  const nats = await connect({ servers: servers.natsUrl, authenticator, timeout: 5_000, reconnect: false });
  try {
    const manager = await jetstreamManager(nats);
    let waiting = 0;
    for (const stream of STREAM_NAMES) {
      for await (const { num_pending: pending, num_ack_pending: unacknowledged } of manager.consumers.list(stream))
        waiting += pending + unacknowledged;
    }
    const dead = await manager.streams.info('DEAD');
    return { waiting, dead: dead.state.messages };
  } finally {
    await nats.close();
  }
}
