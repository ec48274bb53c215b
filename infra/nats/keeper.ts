import { readFile } from 'node:fs/promises';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import type { ServiceName, StreamName } from '@takaro/contracts/services';
import { durableName, laneFilter } from '@takaro/contracts/subjects';
import { makeMissingStreams } from './streams.ts';

export interface KeeperOptions {
  readonly url: string;
  readonly setupCredentials: string;
  readonly log: (line: string) => void;
  /** Of streams that are made. @default 1 */
  readonly replicas?: number;
  /** @default 10000 */
  readonly everyMs?: number;
}

/** The one service that reads a work queue. */
const WORK_QUEUES = { INGEST: 'players', EXECUTIONS: 'runner' } as const satisfies Partial<Record<StreamName, ServiceName>>;

/**
 * Looks after the streams for as long as the services run, with the credentials that no service has: at every reconnect, and now and
 * then. What is missing is made, so that services find their streams again after the store was wiped; what nats-server brought back
 * although it was acknowledged is removed.
 */
export async function keepStreams({ url, setupCredentials, log, replicas = 1, everyMs = 10_000 }: KeeperOptions): Promise<AsyncDisposable> {
  const nats = await connect({
    servers: url.split(','),
    name: 'keeper',
    authenticator: credsAuthenticator(await readFile(setupCredentials)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    ignoreAuthErrorAbort: true,
    waitOnFirstConnect: true,
  });
  const manager = await jetstreamManager(nats, { checkAPI: false, timeout: 5_000 });
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let stopped = false;
  let trouble: string | undefined;
  const round = async (): Promise<void> => {
    try {
      await keep(manager, replicas, log);
      trouble = undefined;
    } catch (error) {
      if (stopped || String(error) === trouble) return;
      trouble = String(error);
      log(`the streams cannot be looked after: ${trouble}`);
    }
  };
  const soon = (waitMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(round).then(() => {
        if (!stopped) soon(trouble === undefined ? everyMs : Math.min(1_000, everyMs));
      });
    }, waitMs);
  };
  const watch = async (): Promise<void> => {
    for await (const { type } of nats.status()) if (type === 'reconnect') soon(0);
  };
  soon(everyMs);
  void watch();
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      clearTimeout(timer);
      await nats.close();
      await running;
    },
  };
}

async function keep(manager: JetStreamManager, replicas: number, log: (line: string) => void): Promise<void> {
  for (const name of await makeMissingStreams(manager, replicas)) log(`stream ${name} was missing and is made anew, empty`);
  for (const name of ['INGEST', 'EXECUTIONS'] as const) {
    const removed = await removeFinished(manager, name);
    if (removed > 0) log(`${removed} messages of ${name} were acknowledged and still there: removed`);
  }
}

/**
 * Killed, nats-server 2.9 forgets which messages it had removed from a work queue, and its consumers, which remember that they were
 * acknowledged, never ask for them again: they would stay for a day, and count. All that lies before the floor of a lane's consumer is
 * acknowledged. Answers how many messages were removed.
 */
export async function removeFinished(manager: JetStreamManager, stream: keyof typeof WORK_QUEUES): Promise<number> {
  const reader = WORK_QUEUES[stream];
  const { state } = await manager.streams.info(stream);
  const floors = new Map<string, number>();
  let owed = 0;
  for await (const { name, ack_floor: floor, num_pending: pending, num_ack_pending: unacknowledged } of manager.consumers.list(stream)) {
    floors.set(name, floor.stream_seq);
    owed += pending + unacknowledged;
  }
  if (state.messages <= owed) return 0;
  let removed = 0;
  for (let lane = 0; lane < LIMITS.lanes; lane += 1) {
    const floor = floors.get(durableName(reader, lane)) ?? 0;
    if (floor < state.first_seq) continue;
    removed += (await manager.streams.purge(stream, { filter: laneFilter(stream, lane), seq: floor + 1 })).purged;
  }
  return removed;
}
