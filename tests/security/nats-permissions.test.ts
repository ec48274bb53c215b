import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { SERVICE_NAMES, SERVICES, type ServiceName, STREAM_NAMES } from '@takaro/contracts/services';
import { durableName } from '@takaro/contracts/subjects';
import { openWorld } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';

const test = worldTest(async () => undefined);

const API = '$JS.API';
/** What changes or reads streams and consumers as a whole: for the hand that prepares them alone. */
const ADMIN_SUBJECTS = [
  `${API}.STREAM.CREATE.EXTRA`,
  ...STREAM_NAMES.flatMap((stream) => [
    `${API}.STREAM.UPDATE.${stream}`,
    `${API}.STREAM.DELETE.${stream}`,
    `${API}.STREAM.PURGE.${stream}`,
    `${API}.STREAM.MSG.GET.${stream}`,
    `${API}.STREAM.MSG.DELETE.${stream}`,
    `${API}.CONSUMER.CREATE.${stream}`,
    `${API}.CONSUMER.DURABLE.CREATE.${stream}.spy`,
    ...SERVICE_NAMES.map((service) => `${API}.CONSUMER.DELETE.${stream}.${durableName(service, 0)}`),
  ]),
  ...['STREAM.INFO', 'STREAM.PURGE', 'STREAM.DELETE', 'STREAM.MSG.GET', 'CONSUMER.CREATE', 'DIRECT.GET'].map(
    (verb) => `${API}.${verb}.KV_lanes`,
  ),
  '$SYS.REQ.CLAIMS.UPDATE',
];

const TENDING = ['INFO', 'MSG.GET', 'MSG.DELETE'].map((what) => `${API}.STREAM.${what}.DEAD`);

const durableSubjects = (service: ServiceName, stream: string): string[] => [
  `${API}.CONSUMER.INFO.${stream}.${durableName(service, 3)}`,
  `${API}.CONSUMER.MSG.NEXT.${stream}.${durableName(service, 3)}`,
  `$JS.ACK.${stream}.${durableName(service, 3)}.1.1.1.1.1`,
];

/** One subject for everything that anybody may publish, by what `SERVICES` calls it. */
const SAMPLES: Readonly<Record<string, string>> = {
  'ingest.>': 'ingest.a-domain.0.g.chat-message',
  'log.>': 'log.a-domain.0.g',
  'event.>': 'event.a-domain.0._.chat-message',
  'execution.>': 'execution.a-domain.0.hook',
  'action.>': 'action.a-domain.g.sendMessage',
  'dead.>': 'dead.a-domain.EVENTS',
  'ended.*': 'ended.a-domain',
  'strain.players': 'strain.players',
  'strain.modules': 'strain.modules',
  'strain.runner': 'strain.runner',
  'peer.>': 'peer.a-domain.g',
};

/** The leases of a service on its lanes: to read and to write. */
const leaseSubjects = (service: ServiceName): string[] => [`$KV.lanes.${service}`, `${API}.DIRECT.GET.KV_lanes.$KV.lanes.${service}`];

const requestOf = (service: string, operation: string): string => `request.a-domain.${service}.${operation}`;

const calls = (caller: ServiceName, callee: string, operation: string): boolean =>
  SERVICES[caller].calls.some((call) => {
    const [service, name] = call.split('.');
    return (service === '*' || service === callee) && (name === '*' || name === operation);
  });

const UNSAMPLED = SERVICE_NAMES.flatMap((service) => SERVICES[service].publishes.filter((subject) => !Object.hasOwn(SAMPLES, subject)));

const OPERATIONS = ['provision-domain', 'some-operation'];

const everything = (): string[] => [
  ...Object.values(SAMPLES),
  ...SERVICE_NAMES.flatMap((service) => OPERATIONS.map((operation) => requestOf(service, operation))),
  ...SERVICE_NAMES.map((service) => `_INBOX.${service}.forged`),
  ...SERVICE_NAMES.flatMap((service) => STREAM_NAMES.flatMap((stream) => durableSubjects(service, stream))),
  ...STREAM_NAMES.map((stream) => `${API}.STREAM.INFO.${stream}`),
  ...SERVICE_NAMES.flatMap(leaseSubjects),
  ...ADMIN_SUBJECTS,
];

/** What the row of the service says, in this test's own words. */
function isAllowed(service: ServiceName, subject: string): boolean {
  const { publishes, consumes } = SERVICES[service];
  // Parked messages are looked at, driven again and dropped by tenancy alone.
  if (service === 'tenancy' && TENDING.includes(subject)) return true;
  // Tenancy takes away what is left of a domain.
  if (service === 'tenancy' && STREAM_NAMES.some((stream) => subject === `${API}.STREAM.PURGE.${stream}`)) return true;
  if (publishes.some((pattern) => SAMPLES[pattern] === subject)) return true;
  if (consumes.some((stream) => durableSubjects(service, stream).includes(subject) || subject === `${API}.STREAM.INFO.${stream}`))
    return true;
  // Who consumes leases its lanes, and nobody writes or reads the leases of another.
  if (consumes.length > 0 && leaseSubjects(service).includes(subject)) return true;
  // Who fills the work queue sees how much waits in it.
  if (subject === `${API}.STREAM.INFO.EXECUTIONS` && publishes.some((pattern) => pattern === 'execution.>')) return true;
  const [kind, , callee = '', operation = ''] = subject.split('.');
  return kind === 'request' && calls(service, callee, operation);
}

/** The subjects that the server refused to take from this connection. The answer to a flush comes after every refusal. */
async function refusedOf(nats: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  const listening = (async () => {
    for await (const status of nats.status()) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError) refused.push(status.error.subject);
    }
  })();
  for (const subject of subjects) nats.publish(subject);
  await nats.flush();
  await nats.close();
  await listening;
  return refused;
}

async function isRefused(nats: NatsConnection, subject: string, queue?: string): Promise<boolean> {
  let refused = false;
  const subscription = nats.subscribe(subject, {
    ...(queue && { queue }),
    callback: (error) => {
      refused ||= error instanceof PermissionViolationError;
    },
  });
  await nats.flush();
  if (!refused) subscription.unsubscribe();
  return refused;
}

describe('the credentials of a service', () => {
  test.for(SERVICE_NAMES)('%s may publish what its row lists and nothing else', async (service, { world }) => {
    const subjects = everything();

    const refused = await refusedOf(await world.natsFor(service), subjects);

    expect(refused.toSorted()).toEqual(subjects.filter((subject) => !isAllowed(service, subject)).toSorted());
  });

  test.for(SERVICE_NAMES)('%s hears its own operations, its inbox and what its row lists, and nothing else', async (service, { world }) => {
    const nats = await world.natsFor(service);
    const listens: readonly string[] = SERVICES[service].listens;

    expect(await isRefused(nats, `request.*.${service}.*`, service)).toBe(false);
    expect(await isRefused(nats, `_INBOX.${service}.mine.*`)).toBe(false);
    expect(await isRefused(nats, `request.*.${service}.*`), 'a tap on its own requests').toBe(true);
    for (const subject of ['>', '$JS.>', 'request.>', '_INBOX.>', 'dead.>', 'execution.>']) {
      expect(await isRefused(nats, subject), subject).toBe(true);
    }
    expect(await isRefused(nats, `$KV.lanes.${service}`), 'its leases').toBe(SERVICES[service].consumes.length === 0);
    for (const subject of ['event.>', 'action.>', 'ingest.>', 'log.>', 'ended.*', 'strain.*', '$KV.>']) {
      expect(await isRefused(nats, subject), subject).toBe(!listens.includes(subject));
    }
    for (const other of SERVICE_NAMES.filter((name) => name !== service)) {
      expect(await isRefused(nats, `request.*.${other}.*`, other), `requests to ${other}`).toBe(true);
      expect(await isRefused(nats, `_INBOX.${other}.>`), `answers to ${other}`).toBe(true);
      expect(await isRefused(nats, `_PARTS.${other}.>`), `large answers to ${other}`).toBe(true);
      expect(await isRefused(nats, `$KV.lanes.${other}`), `leases of ${other}`).toBe(true);
    }
  });

  test('are tried with a subject for each that any service may publish', () => {
    expect(UNSAMPLED).toEqual([]);
  });

  test('of the setup may do all of that', async () => {
    // A world of its own: what is published here deletes the streams.
    await using world = await openWorld();
    const mine = everything().filter((subject) => !subject.startsWith('$SYS'));
    const listener = await world.natsFor('setup');

    expect(await refusedOf(await world.natsFor('setup'), mine)).toEqual([]);
    for (const subject of ['>', 'request.>', '_INBOX.>']) expect(await isRefused(listener, subject), subject).toBe(false);
  });

  test('let a service answer a request once, and nobody forge an answer', async ({ world }) => {
    const players = await world.natsFor('players');
    const gateway = await world.natsFor('gateway');
    const inboxes: string[] = [];
    players.subscribe('request.*.players.*', {
      queue: 'players',
      callback: (_error, message) => {
        inboxes.push(message.reply ?? '');
        message.respond('first');
      },
    });
    await players.flush();

    const answer = await gateway.request(requestOf('players', 'some-operation'), '', { timeout: 2_000 });

    expect(answer.string()).toBe('first');
    expect(await refusedOf(players, inboxes)).toEqual(inboxes);
  });
});
