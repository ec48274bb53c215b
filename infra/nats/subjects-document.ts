import { ALL_EVENTS, ALL_REQUESTS } from '@takaro/contracts/all';
import type { Access, AnyRequest } from '@takaro/contracts/contract';
import { LIMITS } from '@takaro/contracts/limits';
import { SERVICE_NAMES, SERVICES, STREAM_NAMES, type ServiceName, type StreamName } from '@takaro/contracts/services';
import { requestSubject, strainSubject } from '@takaro/contracts/subjects';
import { STREAMS } from './streams.ts';

/** `docs/subjects.md`: every subject of the bus, who may publish on it and who listens, from the contracts alone. */
export const subjectsDocument = (): string =>
  [
    '# Subjects',
    'Written from `packages/contracts` by `vitest run tests/docs -u`; a test fails when it differs.',
    `\`<domain>\` is the id of a domain; operations above the domains have \`_\` in its place. \`<lane>\` is hash(domain) mod ${LIMITS.lanes}.`,
    '## Streams',
    streamsTable(),
    '## Events',
    `On \`event.<domain>.<lane>.<gameServerId or _>.<name>\`: ${ALL_EVENTS.map(({ name }) => `\`${name}\``)
      .toSorted()
      .join(', ')}.`,
    '## Other subjects',
    otherTable(),
    '## Requests',
    'Only the owner may subscribe, in the queue group of its name. Who may publish is by subject; who may ask is decided by the token.',
    ...SERVICE_NAMES.map((service) => `### ${service}\n\n${requestsTable(service)}`),
  ].join('\n\n') + '\n';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const names = (services: readonly ServiceName[]): string => services.join(', ') || 'nobody';

const servicesWhere = (holds: (service: ServiceName) => boolean): string => names(SERVICE_NAMES.filter(holds));

const publishersOf = (pattern: string): string =>
  servicesWhere((service) => (SERVICES[service].publishes as readonly string[]).includes(pattern));

const tellersOfStrain = (): string =>
  servicesWhere((service) => (SERVICES[service].publishes as readonly string[]).includes(strainSubject(service)));

const consumersOf = (stream: StreamName): string =>
  servicesWhere((service) => (SERVICES[service].consumes as readonly string[]).includes(stream));

const listenersOf = (pattern: string): string =>
  servicesWhere((service) => (SERVICES[service].listens as readonly string[]).includes(pattern));

const streamsTable = (): string =>
  table(
    ['stream', 'subjects', 'published by', 'consumed by', 'heard in passing by'],
    STREAM_NAMES.map((name) => {
      const subjects = STREAMS[name].subjects;
      const of = (who: (pattern: string) => string): string => subjects.map(who).join(', ');
      return [name, subjects.map((subject) => `\`${subject}\``).join(', '), of(publishersOf), consumersOf(name), of(listenersOf)];
    }),
  );

const otherTable = (): string =>
  table(
    ['subject', 'published by', 'heard by'],
    [
      ['`action.<domain>.<gameServerId>.<action>`', publishersOf('action.>'), listenersOf('action.>')],
      ['`ended.<domain>`', publishersOf('ended.*'), listenersOf('ended.*')],
      ['`strain.<service>`', `${tellersOfStrain()}, each its own`, listenersOf('strain.*')],
      ['`peer.<domain>.<gameServerId>`, `….<connectorId>.<action>`', publishersOf('peer.>'), listenersOf('peer.>')],
      ['`_INBOX.<service>.>`', 'whoever was asked, once', 'the service that asked'],
      ['`_PARTS.<service>.>`', 'whoever fetches a large message, or an answer that took its time', 'the service that sent it'],
    ],
  );

const requestsTable = (service: ServiceName): string =>
  table(
    ['subject', 'published by', 'taken from'],
    ALL_REQUESTS.filter((contract) => contract.service === service).map((contract) => [
      `\`${requestSubject(contract, contract.scope === 'platform' ? '_' : '<domain>')}\``,
      servicesWhere((caller) => maySend(caller, contract)),
      takenFrom(contract.access),
    ]),
  );

const maySend = (caller: ServiceName, { service, operation }: AnyRequest): boolean =>
  SERVICES[caller].calls.some((call) => ['*.*', `${service}.*`, `*.${operation}`, `${service}.${operation}`].includes(call));

function takenFrom(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'anybody';
    case 'admin':
      return 'admins';
    case 'internal':
      return access.callers ? `the services ${names(access.callers)}` : 'whoever has a token of the domain';
    case 'domain':
      return `${access.permissions.join(' and ') || 'any session'}${access.executions ? '' : ', no executions'}`;
  }
}
