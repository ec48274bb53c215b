import { readFile } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { STREAM_NAMES } from '@takaro/contracts/services';
import type { System } from '@takaro/testing/system';

/** What the streams still hold for somebody. */
export interface Backlog {
  /** Work queues that are not empty, and consumers with messages that they have not been given or have not acknowledged. */
  readonly held: readonly string[];
  /** Messages that somebody gave up on. */
  readonly dead: number;
}

export async function backlogOf({ servers }: System): Promise<Backlog> {
  const authenticator = credsAuthenticator(await readFile(servers.nats.setupCredentials));
  const nats = await connect({ servers: servers.natsUrl.split(','), authenticator, timeout: 5_000, reconnect: false });
  try {
    const manager = await jetstreamManager(nats);
    const held: string[] = [];
    for (const stream of STREAM_NAMES) {
      // After a kill -9 of nats-server, consumers of a work queue may tell of messages that are gone: what counts is what is there.
      if (stream === 'INGEST' || stream === 'EXECUTIONS') {
        const { messages } = (await manager.streams.info(stream)).state;
        if (messages > 0) held.push(`${messages} messages in ${stream}`);
        continue;
      }
      for await (const { name, num_pending: pending, num_ack_pending: unacknowledged } of manager.consumers.list(stream)) {
        if (pending + unacknowledged > 0) held.push(`${name} of ${stream}: ${pending} to come, ${unacknowledged} under way`);
      }
    }
    const dead = await manager.streams.info('DEAD');
    return { held, dead: dead.state.messages };
  } finally {
    await nats.close();
  }
}
