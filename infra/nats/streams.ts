import { readFile } from 'node:fs/promises';
import {
  AckPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, credsAuthenticator, nanos, type NatsConnection } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import { SERVICE_NAMES, SERVICES, STREAM_NAMES, type StreamName } from '@takaro/contracts/services';
import { durableName, LANES_BUCKET, laneFilter } from '@takaro/contracts/subjects';
import { Problem } from '../local/problem.ts';
import { Inventory } from './inventory.ts';

const HOUR_MS = 3_600_000;
const GIB = 1_073_741_824;

interface StreamRow {
  readonly subjects: readonly string[];
  readonly storage: StorageType;
  readonly retention: RetentionPolicy;
  /** What happens when it is full: `New` refuses the publisher, `Old` drops the oldest. */
  readonly discard: DiscardPolicy;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/**
 * INGEST and EXECUTIONS are work queues: a message goes when its one reader acknowledged it. So they are full only when the reader is
 * behind, and that is when the publisher must be refused.
 */
export const STREAMS: Readonly<Record<StreamName, StreamRow>> = {
  INGEST: {
    subjects: ['ingest.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    maxAgeMs: 24 * HOUR_MS,
    maxBytes: 4 * GIB,
  },
  LOGS: {
    subjects: ['log.>'],
    // A stream in memory is gone after a crash of nats-server 2.9, with its consumers, and nobody would make it anew.
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    maxAgeMs: 300_000,
    maxBytes: GIB / 16,
  },
  EVENTS: {
    subjects: ['event.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    maxAgeMs: 24 * HOUR_MS,
    maxBytes: 8 * GIB,
  },
  EXECUTIONS: {
    subjects: ['execution.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    maxAgeMs: 24 * HOUR_MS,
    maxBytes: GIB,
  },
  DEAD: {
    subjects: ['dead.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    maxAgeMs: 720 * HOUR_MS,
    maxBytes: GIB,
  },
};

/** The bucket of the leases on lanes, as clients of NATS make a bucket: each key keeps its last value. */
export const LANES = {
  name: `KV_${LANES_BUCKET}`,
  subjects: [`$KV.${LANES_BUCKET}.>`],
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_msgs_per_subject: 1,
  max_msg_size: 65_536,
  max_bytes: 16_777_216,
  allow_direct: true,
  allow_rollup_hdrs: true,
  deny_delete: true,
} satisfies Partial<StreamConfig>;

/** In a cluster each durable is agreed upon by its servers, one after the other. */
const SETUP_MS = 30_000;

/** Delivered and not yet acknowledged, in one lane. */
const MAX_ACK_PENDING = 1_000;

export interface StreamOptions {
  /** Divides the bytes that the streams may hold, for tests. @default 1 */
  readonly shrink?: number;
  /** On how many servers of a cluster each stream is kept. @default 1 */
  readonly replicas?: number;
}

/** Makes every stream, and for each service that consumes one a durable per lane. Safe to repeat; changes what differs. */
export async function setupStreams(url: string, credentialsFile: string, options: StreamOptions = {}): Promise<void> {
  const nats = await connect({
    servers: url.split(','),
    authenticator: credsAuthenticator(await readFile(credentialsFile)),
    name: 'setup',
  });
  try {
    await makeStreams(nats, options);
  } finally {
    await nats.close();
  }
}

/** The same on a connection that is there. */
export async function makeStreams(nats: NatsConnection, options: StreamOptions): Promise<void> {
  const inventory = await Inventory.open(nats, { timeoutMs: SETUP_MS });
  await removeSurplusReaders(inventory);
  const known = new Map((await inventory.streams()).map((config) => [config.name, config]));
  await Promise.all(STREAM_NAMES.map((name) => makeStream(inventory.manager, streamConfig(name, options), known.get(name))));
  await Promise.all(STREAM_NAMES.map((name) => makeConsumers(inventory, name)));
  if (!known.has(LANES.name)) await inventory.manager.streams.add({ ...LANES, num_replicas: options.replicas ?? 1 });
}

const OF_LANE = new RegExp(`^(${SERVICE_NAMES.join('|')})-(\\d+)$`);

/**
 * Those of lanes that there were when there were more. What game servers log may be forgotten; while one has anything else to read, which
 * nobody else would, all of them stay. @throws Problem
 */
async function removeSurplusReaders(inventory: Inventory): Promise<void> {
  const surplus: { readonly stream: string; readonly name: string; readonly lane: number; readonly owes: number }[] = [];
  for (const stream of await inventory.streamNames())
    for (const { name, num_pending: waiting, num_ack_pending: open } of await inventory.consumers(stream)) {
      const lane = Number(OF_LANE.exec(name)?.[2] ?? -1);
      if (lane >= LIMITS.lanes) surplus.push({ stream, name, lane, owes: waiting + open });
    }
  const owing = surplus.filter(({ stream, owes }) => stream !== 'LOGS' && owes > 0);
  if (owing.length > 0) {
    const lanes = Math.max(...surplus.map(({ lane }) => lane)) + 1;
    const messages = owing.reduce((sum, { owes }) => sum + owes, 0);
    throw new Problem(
      `The streams hold ${messages} messages in lanes that are no more: start with TAKARO_LIMIT_LANES=${lanes} and no game servers until they are handled.`,
    );
  }
  for (const { stream, name } of surplus) await inventory.manager.consumers.delete(stream, name);
}

export const streamConfig = (name: StreamName, { shrink = 1, replicas = 1 }: StreamOptions) => {
  const row = STREAMS[name];
  return {
    name,
    subjects: [...row.subjects],
    storage: row.storage,
    retention: row.retention,
    discard: row.discard,
    max_age: nanos(row.maxAgeMs),
    max_bytes: Math.floor(row.maxBytes / shrink),
    max_msg_size: LIMITS.streamMessageBytes,
    num_replicas: replicas,
  };
};

async function makeStream(manager: JetStreamManager, wanted: ReturnType<typeof streamConfig>, known?: StreamConfig): Promise<void> {
  // What lies in memory cannot be moved, and would not outlive the server: it is made anew.
  const isInMemory = known?.storage === StorageType.Memory && wanted.storage !== known.storage;
  if (isInMemory) await manager.streams.delete(wanted.name);
  if (!known || isInMemory) await manager.streams.add(wanted);
  else if (differs(wanted, known)) await manager.streams.update(wanted.name, { ...known, ...wanted });
}

async function makeConsumers(inventory: Inventory, stream: StreamName): Promise<void> {
  if (stream === 'DEAD') return;
  const known = new Map((await inventory.consumers(stream)).map(({ name, config }) => [name, config]));
  await Promise.all(consumersOf(stream).map((config) => makeConsumer(inventory.manager, stream, config, known.get(config.durable_name))));
}

/** What a service reads a stream through: one durable for each lane. Redeliveries are counted by the reader, which parks at its limit. */
export const consumersOf = (stream: Exclude<StreamName, 'DEAD'>) =>
  SERVICE_NAMES.filter((service) => (SERVICES[service].consumes as readonly string[]).includes(stream)).flatMap((service) =>
    Array.from({ length: LIMITS.lanes }, (_, lane) => ({
      durable_name: durableName(service, lane),
      filter_subject: laneFilter(stream, lane),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(LIMITS.ackWaitMs),
      max_deliver: -1,
      // Who fills the queue to its cap leaves room for the others of its lane.
      max_ack_pending: stream === 'EXECUTIONS' ? 2 * LIMITS.domainWaiting : MAX_ACK_PENDING,
    })),
  );

async function makeConsumer(
  manager: JetStreamManager,
  stream: StreamName,
  wanted: ReturnType<typeof consumersOf>[number],
  known?: ConsumerConfig,
): Promise<void> {
  if (!known) await manager.consumers.add(stream, wanted);
  else if (differs(wanted, known)) await manager.consumers.update(stream, wanted.durable_name, wanted);
}

const differs = (wanted: object, known: object): boolean => {
  const there = new Map<string, unknown>(Object.entries(known));
  return Object.entries(wanted).some(([key, value]) => JSON.stringify(value) !== JSON.stringify(there.get(key)));
};
