/** The services, each a process; `setup` is the hand that prepares streams and schemas before they start. */
export const SERVICE_NAMES = ['tenancy', 'gameservers', 'players', 'modules', 'runner', 'events', 'connectors', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The streams and what they keep. Bytes and durations are those of the architecture's table. */
export const STREAM_NAMES = ['INGEST', 'LOGS', 'EVENTS', 'EXECUTIONS', 'DEAD'] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/** What a service touches on the bus. Its NATS credentials allow exactly this. */
interface BusRow {
  /** `<service>.<operation>` patterns of the operations it asks for; `*` stands for any one token. */
  readonly calls: readonly string[];
  /** Whether it keeps tables, which makes tenancy ask it to provision and remove domains. */
  readonly tables: boolean;
  /** Subject patterns it publishes besides requests. */
  readonly publishes: readonly string[];
  /** Streams it consumes through durables named `<service>-<lane>`. */
  readonly consumes: readonly StreamName[];
  /** Subjects it listens to besides its own operations. */
  readonly listens: readonly string[];
  /** Streams in which it may read and delete single messages. */
  readonly tends: readonly StreamName[];
  /** Streams from which it may take what is of a domain that is removed. */
  readonly purges?: readonly StreamName[];
}

export const SERVICES = {
  tenancy: {
    calls: ['*.provision-domain', '*.link-domain', '*.remove-domain', 'gameservers.*', 'players.*', 'modules.get-installed-versions'],
    tables: true,
    // All but the first to put back what was parked: who signs tokens of admins and users gains nothing by it.
    publishes: ['event.>', 'ingest.>', 'log.>', 'execution.>'],
    consumes: [],
    listens: ['event.>', 'ended.*'],
    tends: ['DEAD'],
    purges: STREAM_NAMES,
  },
  gameservers: {
    calls: ['tenancy.*', 'players.*', 'events.clean-events', 'modules.clean-variables', 'modules.ensure-cron-jobs'],
    tables: true,
    publishes: ['event.>', 'action.>'],
    consumes: [],
    listens: ['event.>', 'ended.*'],
    tends: [],
  },
  players: {
    calls: ['tenancy.*', 'gameservers.*'],
    tables: true,
    publishes: ['event.>', 'dead.>', 'strain.players'],
    consumes: ['INGEST'],
    listens: ['event.>', 'ended.*'],
    tends: [],
  },
  modules: {
    calls: ['tenancy.*', 'gameservers.*', 'players.*', 'events.search-component-events'],
    tables: true,
    publishes: ['event.>', 'execution.>', 'dead.>', 'ended.*', 'strain.modules'],
    consumes: ['EVENTS', 'LOGS'],
    listens: ['event.>', 'ended.*'],
    tends: [],
  },
  runner: { calls: ['*.*'], tables: false, publishes: ['dead.>', 'strain.runner'], consumes: ['EXECUTIONS'], listens: [], tends: [] },
  events: {
    calls: ['tenancy.get-domain-limits'],
    tables: true,
    publishes: ['event.>', 'dead.>'],
    consumes: ['EVENTS'],
    listens: ['ended.*'],
    tends: [],
  },
  connectors: {
    calls: ['gameservers.*'],
    tables: false,
    publishes: ['ingest.>', 'log.>', 'peer.>'],
    consumes: [],
    listens: ['action.>', 'event.>', 'peer.>', 'strain.*'],
    tends: [],
  },
  gateway: { calls: ['*.*'], tables: false, publishes: [], consumes: [], listens: ['event.>', 'log.>'], tends: [] },
} as const satisfies Record<ServiceName, BusRow>;

/** The services that keep tables in every tenant's schema, in the order in which a domain is provisioned. */
export const TABLE_SERVICES = SERVICE_NAMES.filter((name) => SERVICES[name].tables);

/** The services without tables. They face games, people and functions, and have no business of their own with the rows of a domain. */
export const EDGE_SERVICES = SERVICE_NAMES.filter((name) => !SERVICES[name].tables);
