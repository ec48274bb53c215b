import { LIMITS } from '@takaro/contracts/limits';
import { SERVICES, type ServiceName, type StreamName } from '@takaro/contracts/services';
import { durableName, LANES_BUCKET, lanesSubject } from '@takaro/contracts/subjects';

/** What a NATS user may do; everything else is refused by the server. */
export interface Permissions {
  readonly publish: readonly string[];
  /** `<subject>` or `<subject> <queue group>`; with a group only members of the group may subscribe. */
  readonly subscribe: readonly string[];
  /** How often and for how long a received request may be answered; null: answers need a subject in `publish`. */
  readonly responses: { readonly max: number; readonly ttlMs: number } | null;
}

/**
 * One answer per request. nats-server before 2.10.23 remembers every message that it hands out with a subject to answer on, those of
 * streams too, for as long as it may be answered, and once there are 4,096 it looks at all of them at each message
 * (nats-server#6058): with a minute's worth, a busy stream took most of the server's time. So a slow answer asks for the question
 * again (`packages/bus/src/later.ts`), and who reads no stream, and forgets what it answered, has time for the slowest game.
 */
const RESPONSES = { toStreamReaders: { max: 1, ttlMs: 6_000 }, toOthers: { max: 1, ttlMs: 70_000 } };

/**
 * What the credentials of a service allow, derived from its row in `SERVICES`.
 * Its own operations only as a member of its queue group, so that nobody can tap the requests of a service it has no row for.
 * No inbox of another service: answers go out by the `responses` permission alone, so that none can be forged.
 */
export function permissionsOf(service: ServiceName): Permissions {
  const { calls, publishes, consumes, listens, tends } = SERVICES[service];
  return {
    publish: [
      ...calls.map((call) => `request.*.${call}`),
      ...publishes,
      '_PARTS.>',
      '$JS.API.INFO',
      ...consumes.flatMap((stream) => consumerSubjects(service, stream)),
      ...watched(publishes),
      ...leasing(service).publish,
      ...tends.flatMap(tendingSubjects),
      ...purgedBy(service).map((stream) => `$JS.API.STREAM.PURGE.${stream}`),
    ],
    subscribe: [
      `request.*.${service}.* ${service}`,
      ...leasing(service).subscribe,
      ...listens,
      `_INBOX.${service}.>`,
      `_PARTS.${service}.>`,
    ],
    responses: consumes.length > 0 ? RESPONSES.toStreamReaders : RESPONSES.toOthers,
  };
}

/**
 * Pulling, acknowledging and looking at its own durables. NATS has wildcards for whole tokens only and a consumer's name is one token,
 * so that each lane is listed.
 */
const consumerSubjects = (service: ServiceName, stream: StreamName): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  ...durablesOf(service).flatMap((durable) => [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ]),
];

/** A right on the whole stream: nats-server looks at no filter. */
const purgedBy = (service: ServiceName): readonly StreamName[] => {
  const row = SERVICES[service];
  return 'purges' in row ? row.purges : [];
};

/** Reading and deleting messages one by one. */
const tendingSubjects = (stream: StreamName): string[] =>
  ['INFO', 'MSG.GET', 'MSG.DELETE'].map((what) => `$JS.API.STREAM.${what}.${stream}`);

/** Who fills the work queue may ask how much waits in it: that is how a domain is held to its cap. */
const watched = (publishes: readonly string[]): string[] => (publishes.includes('execution.>') ? ['$JS.API.STREAM.INFO.EXECUTIONS'] : []);

/**
 * Who consumes leases its lanes: it reads, writes and hears its own key of the bucket, and notes there what it
 * begins of what ended processes. No consumer on it: whoever may make one says
 * where it delivers to.
 */
function leasing(service: ServiceName): Pick<Permissions, 'publish' | 'subscribe'> {
  if (SERVICES[service].consumes.length === 0) return { publish: [], subscribe: [] };
  const key = lanesSubject(service);
  const keys = [key, `${key}.begun.*`];
  return { publish: [...keys, ...keys.map((one) => `$JS.API.DIRECT.GET.KV_${LANES_BUCKET}.${one}`)], subscribe: [key] };
}

/** The durables of a service: one for each lane. */
export const durablesOf = (service: ServiceName): string[] => Array.from({ length: LIMITS.lanes }, (_, lane) => durableName(service, lane));
