import { hash } from 'node:crypto';
import type { AnyRequest } from './contract.ts';
import { LIMITS } from './limits.ts';
import type { StreamName } from './services.ts';
import { DOMAIN_ID_PATTERN } from './shapes.ts';

/** Stands for the platform where a subject names a domain, and for "none" where it names a game server. */
export const PLATFORM = '_';

const domainId = new RegExp(DOMAIN_ID_PATTERN);

/** Whether a text may become a schema name or a subject token. */
export const isDomainId = (text: string): boolean => domainId.test(text);

/** The last token of a subject on which several messages of one place travel as one. */
export const BATCH = 'batch';

/** The lane in which everything of a domain travels: the same on every machine, for ever. */
export const laneOf = (domain: string): number => hash('sha256', domain, 'buffer').readUInt32BE(0) % LIMITS.lanes;

/** `request.<domain or _>.<service>.<operation>`. The owner subscribes with `*` in place of the domain. */
export const requestSubject = (contract: Pick<AnyRequest, 'service' | 'operation'>, domain: string): string =>
  `request.${domain}.${contract.service}.${contract.operation}`;

/** `ingest.<domain>.<lane>.<gameServerId>.<eventType>`: what a connector took in. Prefix and type come together at the edge. */
export const ingestSubject = (domain: string, gameServerId: string, eventType: string): string =>
  `ingest.${domain}.${laneOf(domain)}.${gameServerId}.${eventType}`;

export const logSubject = (domain: string, gameServerId: string): string => `log.${domain}.${laneOf(domain)}.${gameServerId}`;

export const eventSubject = (domain: string, gameServerId: string | null, name: string): string =>
  `event.${domain}.${laneOf(domain)}.${gameServerId ?? PLATFORM}.${name}`;

/** What happens in a domain and what its games log, on whatever lane. */
export const everythingIn = (domain: string): readonly string[] => [`event.${domain}.>`, `log.${domain}.>`];

export const executionSubject = (domain: string, trigger: 'command' | 'hook' | 'cronjob'): string =>
  `execution.${domain}.${laneOf(domain)}.${trigger}`;

export const actionSubject = (domain: string, gameServerId: string, action: string): string => `action.${domain}.${gameServerId}.${action}`;

/** Which attempts of executions ended: `ended.<domain>`. Their tokens are over. */
export const endedSubject = (domain: string): string => `ended.${domain}`;
export const ENDED_SUBJECTS = 'ended.*';

/** `strain.<service>`: what a service is given waits too long for its turn. */
export const strainSubject = (service: string): string => `strain.${service}`;
export const STRAIN_SUBJECTS = 'strain.*';

/** `peer.<domain>.<gameServerId>`: what copies of connectors tell each other of their sockets. */
export const peerSubject = (domain: string, gameServerId: string): string => `peer.${domain}.${gameServerId}`;

/** An action for one copy of connectors. */
export const peerActionSubject = (
  domain: string,
  gameServerId: string,
  { connectorId, action }: { readonly connectorId: string; readonly action: string },
): string => `${peerSubject(domain, gameServerId)}.${connectorId}.${action}`;

export const deadSubject = (domain: string, stream: StreamName): string => `dead.${domain}.${stream}`;

/** The first token of a stream's subjects. */
export const STREAM_PREFIXES: ReadonlyMap<string, StreamName> = new Map([
  ['ingest', 'INGEST'],
  ['log', 'LOGS'],
  ['event', 'EVENTS'],
  ['execution', 'EXECUTIONS'],
]);

const STREAM_FILTERS: Record<Exclude<StreamName, 'DEAD'>, (lane: number) => string> = {
  INGEST: (lane) => `ingest.*.${lane}.>`,
  LOGS: (lane) => `log.*.${lane}.*`,
  EVENTS: (lane) => `event.*.${lane}.>`,
  EXECUTIONS: (lane) => `execution.*.${lane}.*`,
};

/** What the consumer of one lane of a stream receives. */
export const laneFilter = (stream: Exclude<StreamName, 'DEAD'>, lane: number): string => STREAM_FILTERS[stream](lane);

/** The bucket in which the replicas of each service lease the lanes of its streams: one key a service. */
export const LANES_BUCKET = 'lanes';

/** Where the leases of a service are written and heard. */
export const lanesSubject = (service: string): string => `$KV.${LANES_BUCKET}.${service}`;

/** In the same bucket: which of several messages that travelled as one a service began last, in one lane of a stream. */
export const begunKey = (service: string, stream: string, lane: number): string => `${service}.begun.${stream}-${lane}`;

/** The durable consumer of one service for one lane. */
export const durableName = (service: string, lane: number): string => `${service}-${lane}`;

/** The domain that a subject names: its second token, never read from a payload. */
export const domainOf = (subject: string): string => subject.split('.')[1] ?? '';
