import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, credsAuthenticator, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { listCredentials, retireCredentials, rotateCredentials } from '@takaro/infra/nats/credentials';
import { permissionsOf } from '@takaro/infra/nats/permissions';
import { prepareNats } from '@takaro/infra/nats/prepare';
import { startNatsServer } from '@takaro/testing/nats-server';
import { describe, expect, test as base, vi } from 'vitest';

interface Installation {
  readonly url: string;
  readonly folder: string;
  /** Connects with the credentials as they lie in the file at each connect, as a service does. */
  connect(service: ServiceName): Promise<NatsConnection & { drops: () => number }>;
  /** Connects with a copy of credentials. @throws when the server refuses them */
  connectWith(credentials: Uint8Array): Promise<NatsConnection>;
}

const test = base.extend<{ installation: Installation }>({
  installation: async ({}, use) => {
    await using open = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'takaro-credentials-'));
    open.defer(() => rm(folder, { recursive: true, force: true }));
    const server = open.use(await startNatsServer(folder));
    const opened = async (options: NodeConnectionOptions): Promise<NatsConnection> => {
      const nats = await connect({ servers: server.url, reconnectTimeWait: 50, ignoreAuthErrorAbort: true, ...options });
      open.defer(() => nats.close());
      return nats;
    };
    await use({
      url: server.url,
      folder: server.folder,
      connect: async (service) => {
        const nats = await opened({
          authenticator: credsAuthenticator(() => readFileSync(server.credentials[service])),
          inboxPrefix: `_INBOX.${service}`,
        });
        let drops = 0;
        void (async () => {
          for await (const { type } of nats.status()) if (type === 'disconnect') drops += 1;
        })();
        return Object.assign(nats, { drops: () => drops });
      },
      connectWith: (credentials) => opened({ authenticator: credsAuthenticator(credentials), reconnect: false }),
    });
  },
});

const PATIENT = { timeout: 20_000, interval: 50 };

describe('credentials of a service', () => {
  test('are minted anew and revoked while the system runs: the old ones are refused, the service comes back, nobody else notices', async ({
    installation,
  }) => {
    const players = await installation.connect('players');
    const gateway = await installation.connect('gateway');
    players.subscribe('request.*.players.*', { queue: 'players', callback: (_error, message) => void message.respond('here') });
    await players.flush();
    const ask = async () => (await gateway.request('request.a-domain.players.get-player', '', { timeout: 500 })).string();
    const stolen = await readFile(join(installation.folder, 'credentials', 'players.creds'));

    expect(await rotateCredentials(installation.folder, 'players')).toBe(true);
    // Both are good until the older are retired.
    await (await installation.connectWith(stolen)).flush();
    expect(await ask()).toBe('here');
    expect(players.drops()).toBe(0);
    expect(await rotateCredentials(installation.folder, 'players')).toBe(false);

    expect(await retireCredentials(installation.folder, 'players', installation.url)).toBe('in force');
    await vi.waitFor(() => expect(players.drops()).toBe(1), PATIENT);
    await vi.waitFor(async () => expect(await ask()).toBe('here'), PATIENT);
    await expect(installation.connectWith(stolen)).rejects.toThrow(/authorization violation/i);
    expect(gateway.drops()).toBe(0);
    expect((await listCredentials(installation.folder)).filter(({ user }) => user === 'players')).toMatchObject([{ state: 'current' }]);
  });

  test('that were revoked stay so when the account is written anew, and are in force at the next start if no server runs', async ({
    installation,
  }) => {
    const stolen = await readFile(join(installation.folder, 'credentials', 'events.creds'));
    await rotateCredentials(installation.folder, 'events');

    expect(await retireCredentials(installation.folder, 'events', 'nats://127.0.0.1:1')).toBe('in force at the next start of nats-server');
    // The control: nobody told this server.
    await (await installation.connectWith(stolen)).flush();
    expect(await retireCredentials(installation.folder, 'events', installation.url)).toBe('nothing to retire');

    const port = Number(new URL(installation.url).port);
    const { configFile } = await prepareNats({ folder: installation.folder, port, storeFolder: join(installation.folder, 'store') });
    const jwt = /resolver_preload: \{[^}]*\s(eyJ\S+)\n\}/.exec(await readFile(configFile, 'utf8'))?.[1] ?? '';
    const { nats } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    expect(Object.keys(nats.revocations)).toHaveLength(1);
  });

  test.for(SERVICE_NAMES)('of %s are scoped by whole tokens: no wildcard stands for a part of one', (service) => {
    const { publish, subscribe } = permissionsOf(service);

    for (const subject of [...publish, ...subscribe.map((pattern) => pattern.split(' ')[0] ?? '')]) {
      const tokens = subject.split('.');
      expect(
        tokens.filter((token) => !/^(\*|[A-Za-z0-9_$-]+)$/.test(token) && !(token === '>' && tokens.at(-1) === '>')),
        subject,
      ).toEqual([]);
    }
  });
});
