import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectNats, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { type Answer, type Bus, connectBus, type Observer } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { type Limits, readLimits } from '@takaro/contracts/limits';
import { SERVICES, type ServiceName } from '@takaro/contracts/services';
import type { UserName } from '@takaro/infra/nats/accounts';
import { type Clock, createReadiness, serveHealth, type ServiceContext, systemClock } from '@takaro/process';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { inject } from 'vitest';
import { recordAnswers } from './answer-record.ts';
import { neighbour, neighbours, type Respond } from './neighbours.ts';
import type { Servers } from './servers.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { openWorldAccount, type WorldAccount } from './world-account.ts';
import { type AdminSql, openWorldDatabase, type WorldDatabase } from './world-database.ts';
import { createDomainMaker, type TestDomain } from './world-domain.ts';

export interface WorldOptions {
  /** @default the system's */
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** Further variables of the services' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ConnectOptions {
  /** @default the server's own */
  readonly natsUrl?: string;
  /** The name of this copy of the service. */
  readonly replica?: string;
}

/** A Takaro of its own on the servers of the run: its own NATS account with its streams, its own database. */
export interface World extends AsyncDisposable {
  /** A connection with the credentials of the service, for asking in its name and for answering in its place. */
  busFor(service: ServiceName): Promise<Bus>;
  /** A bare connection with the credentials of a service, or of `setup`, which may do everything. */
  natsFor(user: UserName): Promise<NatsConnection>;
  /** What a process hands to a service that it starts. `natsUrl`: where another way leads to the world's NATS. */
  contextFor(service: ServiceName, options?: ConnectOptions): Promise<ServiceContext>;
  /** Starts the real service. Start all of a world before its first domain. */
  start<Service extends AsyncDisposable>(
    service: ServiceName,
    startService: (context: ServiceContext) => Promise<Service>,
  ): Promise<Service>;
  /** Answers one operation in place of a service that is not started. */
  neighbour<In, Out>(contract: RequestContract<In, Out>, respond?: Respond<In, Out>): Promise<AsyncDisposable>;
  /** Answers all operations of a service that is not started. */
  neighbours(service: ServiceName, overrides?: readonly Answer[]): Promise<AsyncDisposable>;
  /** A fresh domain, provisioned by the services. */
  domain(): Promise<TestDomain>;
  readonly tokens: Tokens;
  readonly adminSql: AdminSql;
  /** The superuser's URL of the world's database. */
  readonly adminUrl: string;
  /** The URL of the world's database with the role of a service. */
  databaseUrl(service: ServiceName): string;
  readonly started: ReadonlySet<ServiceName>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const servers = inject('servers');
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(servers.folder, 'world-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const [account, database] = await Promise.all([
    openWorldAccount(servers).then((one) => opening.use(one)),
    openWorldDatabase(servers).then((one) => opening.use(one)),
  ]);
  return worldOf({ servers, options, folder, account, database, open: opening.move() });
}

interface Parts {
  readonly servers: Servers;
  readonly options: WorldOptions;
  readonly folder: string;
  readonly account: WorldAccount;
  readonly database: WorldDatabase;
  readonly open: AsyncDisposableStack;
}

function worldOf(parts: Parts): World {
  const { servers, options, account, database } = parts;
  // What answers ends before the connections that it answers on, whichever was opened first.
  const connections = parts.open.use(new AsyncDisposableStack());
  const open = parts.open.use(new AsyncDisposableStack());
  const log = pino({ level: process.env['TAKARO_LOG_LEVEL'] ?? 'error' });
  const buses = new Map<ServiceName, Promise<Bus>>();
  const started = new Set<ServiceName>();
  const tokens = createTokens(servers.keys);
  const observe = recordAnswers(servers.recordFolder);

  const connect = async (service: ServiceName, observer?: Observer, { natsUrl, replica }: ConnectOptions = {}): Promise<Bus> =>
    connections.use(
      await connectBus({
        service,
        url: natsUrl ?? servers.natsUrl,
        replica,
        credentials: await account.credentialsOf(service),
        log,
        signingKeys: servers.keys.private.filter(({ issuer }) => issuer === service),
        trustedKeys: servers.keys.public,
        ...(observer && { observe: observer }),
      }),
    );
  const busFor = (service: ServiceName): Promise<Bus> => {
    const bus = buses.get(service) ?? connect(service);
    buses.set(service, bus);
    return bus;
  };
  const contextFor: World['contextFor'] = async (name, connectOptions) => ({
    name,
    env: await environmentOf(parts, name),
    log,
    limits: { ...readLimits({}), ...options.limits },
    bus: await connect(name, observe, connectOptions),
    clock: options.clock ?? systemClock,
    readiness: createReadiness(),
    metrics: new Registry(),
  });
  const domains = open.use(createDomainMaker({ database, tokens, log, started, busFor }));
  let hasDomains = false;

  return {
    busFor,
    natsFor: async (user) => {
      const nats = await connectNats({
        servers: servers.natsUrl,
        authenticator: credsAuthenticator(new TextEncoder().encode(await account.credentialsOf(user))),
        inboxPrefix: `_INBOX.${user}`,
      });
      connections.adopt(nats, () => nats.close());
      return nats;
    },
    contextFor,
    start: async (name, startService) => {
      if (hasDomains) throw new Error('Start the services of a world before its first domain');
      started.add(name);
      const context = await contextFor(name);
      const service = open.use(await startService(context));
      open.use(await serveHealth(context));
      return service;
    },
    neighbour: async (contract, respond) => open.use(await neighbour(await busFor(contract.service), contract, respond)),
    neighbours: async (service, overrides) => open.use(await neighbours(await busFor(service), overrides)),
    domain: () => {
      hasDomains = true;
      return domains.make();
    },
    tokens,
    adminSql: database.sql,
    adminUrl: database.adminUrl,
    databaseUrl: (service) => database.urlOf(service),
    started,
    [Symbol.asyncDispose]: () => parts.open.disposeAsync(),
  };
}

/** The environment of a service's process, with its files. */
async function environmentOf(
  { servers, options, folder, account, database }: Parts,
  service: ServiceName,
): Promise<Record<string, string>> {
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, `${service}-${name}`);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    TAKARO_NATS_URL: servers.natsUrl,
    TAKARO_NATS_CREDENTIALS: await file('nats.creds', await account.credentialsOf(service)),
    ...(SERVICES[service].tables && { TAKARO_DATABASE_URL: database.urlOf(service) }),
    TAKARO_SIGNING_KEYS: await file('keys.json', JSON.stringify(servers.keys.private.filter(({ issuer }) => issuer === service))),
    TAKARO_TRUSTED_KEYS: await file('trusted.json', JSON.stringify(servers.keys.public)),
    TAKARO_ADMIN_SECRET_FILE: await file('admin-secret', ADMIN_SECRET),
    TAKARO_SECRETS_KEY_FILE: await file('secrets-key', randomBytes(32).toString('base64')),
    TAKARO_HOST: '127.0.0.1',
    TAKARO_PORT: '0',
    TAKARO_CONNECTORS_PORT: '0',
    TAKARO_LOG_LEVEL: 'error',
    ...options.env,
  };
}

/** The admin secret of every world. */
export const ADMIN_SECRET = 'the-admin-secret-of-tests';
