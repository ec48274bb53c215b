import { readFile } from 'node:fs/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { STREAM_NAMES, type StreamName } from '@takaro/contracts/services';
import type { System } from './system.ts';

/** What the streams still hold for somebody. */
export interface Backlog {
  /** Work queues that are not empty, and consumers with messages that they have not been given or have not acknowledged. */
  readonly held: readonly string[];
  /** Messages that somebody gave up on. */
  readonly dead: number;
}

const WORK_QUEUES = ['INGEST', 'EXECUTIONS'];

export const backlogOf = (system: System): Promise<Backlog> =>
  withManager(system, async (manager) => {
    const held: string[] = [];
    for (const stream of STREAM_NAMES) {
      for await (const { name, num_pending: pending, num_ack_pending: unacknowledged } of manager.consumers.list(stream)) {
        if (pending + unacknowledged > 0) held.push(`${name} of ${stream}: ${pending} to come, ${unacknowledged} under way`);
      }
    }
    // What a consumer of a work queue does not know of is there all the same.
    for (const stream of WORK_QUEUES) {
      const { state } = await manager.streams.info(stream);
      if (state.messages > 0) held.push(`${state.messages} messages of ${stream}`);
    }
    const dead = await manager.streams.info('DEAD');
    return { held, dead: dead.state.messages };
  });

/** The name of the server that leads a stream of a cluster. */
export const leaderOf = (system: System, stream: StreamName): Promise<string | undefined> =>
  withManager(system, async (manager) => (await manager.streams.info(stream)).cluster?.leader);

async function withManager<T>({ servers }: System, ask: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  const authenticator = credsAuthenticator(await readFile(servers.nats.setupCredentials));
  const nats = await connect({ servers: servers.natsUrl.split(','), authenticator, timeout: 5_000, reconnect: false });
  try {
    return await ask(await jetstreamManager(nats));
  } finally {
    await nats.close();
  }
}
