import { readFile } from 'node:fs/promises';
import type { ConsumerInfo, JetStreamManager, NextMsgRequest, SeqMsgRequest } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import type { ServiceName, StreamName } from '@takaro/contracts/services';
import { durableName, laneFilter } from '@takaro/contracts/subjects';
import { Calm } from './calm.ts';
import { Inventory } from './inventory.ts';
import { makeMissing } from './missing.ts';
import { Patience } from './patience.ts';
import { consumersOf } from './streams.ts';

export interface KeeperOptions {
  readonly url: string;
  readonly setupCredentials: string;
  readonly log: (line: string) => void;
  /** Of streams that are made. @default 1 */
  readonly replicas?: number;
  /** @default 10000 */
  readonly everyMs?: number;
  /**
   * Called when the server takes the connection and JetStream does not answer. That is how nats-server 2.9 is left by a disk that was full
   * for a while: with room again, too, it has to be started again.
   */
  readonly onStuck?: () => void;
  /** For how long there was no answer then. @default 20000 */
  readonly stuckMs?: number;
  /** For how long no server came, went, or took over from another one before a consumer is made anew. @default 30000 in a cluster, 0 of one server */
  readonly calmMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Until the next look where something is not well. */
const SOON_MS = 1_000;
const CALM_MS = 30_000;

/** The one service that reads a work queue. */
const WORK_QUEUES = { INGEST: 'players', EXECUTIONS: 'runner' } as const satisfies Partial<Record<StreamName, ServiceName>>;

/**
 * Looks after the streams for as long as the services run, with the credentials that no service has: at every reconnect, and now and
 * then. What is missing is made, so that services find their streams again after the store was wiped; what nats-server lost
 * sight of is given again.
 */
export async function keepStreams(options: KeeperOptions): Promise<AsyncDisposable> {
  const { url, setupCredentials, log, replicas = 1, everyMs = 10_000, stuckMs = 20_000, onStuck = () => undefined } = options;
  const nats = await connectKeeper(url, setupCredentials);
  const inventory = await Inventory.open(nats, { timeoutMs: Math.min(TIMEOUT_MS, stuckMs) });
  const look = lookAfter(inventory, { replicas, log, calmMs: options.calmMs ?? (nats.info?.cluster ? CALM_MS : 0) });
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let stopped = false;
  let trouble: string | undefined;
  let isWhole = true;
  const patience = new Patience({ ms: stuckMs, onOver: onStuck });
  const round = async (): Promise<void> => {
    try {
      isWhole = await look();
      trouble = undefined;
      patience.noteAnswer();
    } catch (error) {
      if (stopped) return;
      if (String(error) !== trouble) log(`the streams cannot be looked after: ${String(error)}`);
      trouble = String(error);
      patience.noteSilence();
    }
  };
  const soon = (waitMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(round).then(() => {
        if (!stopped) soon(trouble === undefined && isWhole ? everyMs : Math.min(SOON_MS, everyMs));
      });
    }, waitMs);
  };
  const watch = async (): Promise<void> => {
    for await (const { type } of nats.status()) {
      if (type === 'disconnect') patience.noteConnection(false);
      if (type !== 'reconnect') continue;
      patience.noteConnection(true);
      soon(0);
    }
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

const connectKeeper = async (url: string, setupCredentials: string): Promise<NatsConnection> =>
  connect({
    servers: url.split(','),
    name: 'keeper',
    authenticator: credsAuthenticator(await readFile(setupCredentials)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    timeout: TIMEOUT_MS,
    ignoreAuthErrorAbort: true,
    waitOnFirstConnect: true,
  });

/**
 * One look, again and again. Answers whether all is there and led. A look that came to no end counts for nothing, and so does what servers of a
 * cluster say of consumers while one of them is coming back: what was made anew then, by nats-server 2.9, took messages with it that nobody
 * had been given (`npm run test:long`, "while servers come and go").
 */
function lookAfter(inventory: Inventory, options: Required<Pick<KeeperOptions, 'replicas' | 'log' | 'calmMs'>>): () => Promise<boolean> {
  const { replicas, log, calmMs } = options;
  const sweepAll = (): Sweep[] => [sweepOf('INGEST'), sweepOf('EXECUTIONS')];
  let missing: ReadonlySet<string> = new Set();
  let sweeps = sweepAll();
  let calm = new Calm(calmMs);
  return async () => {
    const onMade = (name: string): void => log(`stream ${name} was missing and is made anew, empty`);
    const before = { missing, sweeps, calm };
    missing = new Set();
    sweeps = sweepAll();
    calm = new Calm(calmMs);
    missing = await makeMissing(inventory, { replicas, before: before.missing, onMade });
    const standing = missing.size > 0 ? undefined : await inventory.standing();
    if (standing === undefined) return false;
    const isCalm = before.calm.isSince(standing);
    calm = before.calm;
    if (!isCalm) return true;
    for (const { stream, sweep } of before.sweeps) {
      const renewed = await sweep(inventory.manager);
      if (renewed > 0) log(`${renewed} consumers of ${stream} had lost sight of messages and are made anew`);
    }
    sweeps = before.sweeps;
    return true;
  };
}

type WorkQueue = keyof typeof WORK_QUEUES;

export interface Sweep {
  readonly stream: WorkQueue;
  /** Answers how many consumers were made anew. */
  readonly sweep: (manager: JetStreamManager) => Promise<number>;
}

/** Of a consumer that sees other messages in its lane than are there: what stays the same while that does. */
type Mark = string;

/**
 * nats-server 2.9 loses sight of messages of a work queue: killed, it brings back what was acknowledged, and its consumers never ask for
 * that again; and where messages were given back, or another server took over, a consumer may forget some that nobody has handled. They
 * would stay for a day, and count. It also waits for ever for the acknowledgement of messages that are gone, and what it misses does not
 * show in a sum with those. Which of all that it is cannot be told from outside, so nothing is removed: a consumer that sees too little or
 * too much in two rounds, and got no further, is made anew and gives everything again that is there. Ids are derived, so what was handled
 * is not done twice.
 */
export function sweepOf(stream: WorkQueue): Sweep {
  let before: ReadonlyMap<string, Mark> = new Map();
  return {
    stream,
    sweep: async (manager) => {
      const stuck = await stuckIn(manager, stream);
      const again = [...stuck].filter(([name, mark]) => before.get(name) === mark);
      before = stuck;
      for (const [name] of again) {
        await manager.consumers.delete(stream, name);
        const config = consumersOf(stream).find(({ durable_name: durable }) => durable === name);
        if (config) await manager.consumers.add(stream, config);
      }
      return again.length;
    },
  };
}

/** By the names of the consumers. */
async function stuckIn(manager: JetStreamManager, stream: WorkQueue): Promise<ReadonlyMap<string, Mark>> {
  const stuck = new Map<string, Mark>();
  const lanes = new Map(Array.from({ length: LIMITS.lanes }, (_, lane) => [durableName(WORK_QUEUES[stream], lane), lane]));
  const { state } = await manager.streams.info(stream);
  const consumers: ConsumerInfo[] = [];
  for await (const consumer of manager.consumers.list(stream)) consumers.push(consumer);
  if (state.messages === 0 && consumers.every((consumer) => owedBy(consumer) === 0)) return stuck;
  for (const consumer of consumers) {
    const lane = lanes.get(consumer.name);
    const mark = lane === undefined ? undefined : await markOf(manager, consumer, laneFilter(stream, lane));
    if (mark !== undefined) stuck.set(consumer.name, mark);
  }
  return stuck;
}

/** Undefined for a consumer that sees what is there. What came or went between the looks is no difference. */
async function markOf(manager: JetStreamManager, before: ConsumerInfo, filter: string): Promise<Mark | undefined> {
  const { name, stream_name: stream } = before;
  const { state } = await manager.streams.info(stream, { subjects_filter: filter });
  const count = Object.values(state.subjects ?? {}).reduce((sum, one) => sum + one, 0);
  const after = await manager.consumers.info(stream, name);
  if (count < Math.min(owedBy(before), owedBy(after))) return `acknowledged to ${after.ack_floor.stream_seq}`;
  if (count === 0 || count <= owedBy(after)) return undefined;
  const first = await firstOf(manager, stream, { filter, from: state.first_seq });
  return first === undefined ? undefined : `misses ${first}`;
}

const owedBy = ({ num_pending: pending, num_ack_pending: unacknowledged }: ConsumerInfo): number => pending + unacknowledged;

/** The sequence of the first message of a lane. */
async function firstOf(manager: JetStreamManager, stream: string, { filter, from }: { filter: string; from: number }) {
  const query: SeqMsgRequest & NextMsgRequest = { seq: from, next_by_subj: filter };
  return (await manager.streams.getMessage(stream, query))?.seq;
}
