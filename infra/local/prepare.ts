import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { type NatsOptions, type PreparedNats, prepareNats } from '../nats/prepare.ts';
import { setupStreams } from '../nats/streams.ts';
import { passwordFiles, preparePostgres } from '../postgres/roles.ts';
import type { ServiceSettings } from './environment.ts';
import { keptSecret, readIfThere, writeSecret } from './files.ts';
import { prepareKeys } from './keys.ts';
import { migrateTenants } from './migrate.ts';
import { Problem } from './problem.ts';

const secretBytes = (bytes: number) => () => randomBytes(bytes).toString('base64');

/** Where everything lies in the data folder. */
export const placesIn = (data: string) => ({
  cache: join(data, 'cache'),
  postgres: join(data, 'postgres'),
  passwords: join(data, 'postgres', 'passwords'),
  nats: join(data, 'nats'),
  natsPid: join(data, 'nats', 'nats-server.pid'),
  keys: join(data, 'keys'),
  adminSecret: join(data, 'admin-secret'),
  secretsKey: join(data, 'secrets-key'),
  running: join(data, 'running.json'),
  demo: join(data, 'demo.json'),
  demoPassword: join(data, 'demo-password'),
});

export interface Secrets {
  readonly adminSecretFile: string;
  readonly secretsKeyFile: string;
}

/** The secrets of the platform: the given admin secret or one made once, and the key that seals what the database keeps sealed. */
export const prepareSecrets = async (data: string, adminSecret: string | undefined): Promise<Secrets> => {
  const { adminSecret: adminSecretFile, secretsKey: secretsKeyFile } = placesIn(data);
  if (adminSecret === undefined || adminSecret === '') await keptSecret(adminSecretFile, () => randomBytes(24).toString('base64url'));
  else if ((await readIfThere(adminSecretFile))?.trim() !== adminSecret) await writeSecret(adminSecretFile, `${adminSecret}\n`);
  await keptSecret(secretsKeyFile, secretBytes(32));
  return { adminSecretFile, secretsKeyFile };
};

/** Keys and credentials of NATS; its configuration for `port`. */
export const prepareBus = (
  data: string,
  port: number,
  { host = '127.0.0.1', cluster }: Pick<NatsOptions, 'host' | 'cluster'> = {},
): Promise<PreparedNats> => {
  const folder = placesIn(data).nats;
  return prepareNats({ folder, host, port, storeFolder: join(folder, 'streams'), ...(cluster && { cluster }) });
};

const explainNats = (error: unknown, url: string, configFile: string): never => {
  if (error instanceof Problem) throw error;
  const { host } = new URL(url.split(',')[0] ?? url);
  throw new Problem(`nats-server at ${host} cannot be used: check that it runs with the configuration ${configFile}.`, { cause: error });
};

/** Fails early and clearly where the streams' own errors would be long. */
const greetNats = async (url: string, credentialsFile: string): Promise<void> => {
  const credentials = await readIfThere(credentialsFile);
  const nats = await connect({
    servers: url.split(','),
    authenticator: credsAuthenticator(new TextEncoder().encode(credentials ?? '')),
    timeout: 5_000,
    reconnect: false,
  });
  await nats.close();
};

export interface Foundations {
  readonly data: string;
  readonly adminUrl: string;
  readonly natsUrl: string;
  readonly nats: PreparedNats;
  /** Of each stream, in a cluster. @default 1 */
  readonly replicas?: number;
  readonly adminSecret: string | undefined;
  readonly log: (line: string) => void;
}

/** All that must be there before services start: secrets, signing keys, streams, database roles, tables of the tenants. Safe to repeat. */
export const prepareFoundations = async (foundations: Foundations): Promise<Omit<ServiceSettings, 'host' | 'port' | 'connectorsPort'>> => {
  const { data, adminUrl, natsUrl, nats, replicas = 1, adminSecret, log } = foundations;
  const places = placesIn(data);
  const [secrets, keys, databaseUrls] = await Promise.all([
    prepareSecrets(data, adminSecret),
    prepareKeys(places.keys),
    preparePostgres({ adminUrl, passwordFolder: places.passwords }),
    greetNats(natsUrl, nats.setupCredentials)
      .then(() => setupStreams(natsUrl, nats.setupCredentials, { replicas }))
      .catch((error: unknown) => explainNats(error, natsUrl, nats.configFile)),
  ]);
  await migrateTenants(databaseUrls, log);
  return {
    natsUrl,
    natsCredentials: nats.credentials,
    signingKeys: keys.signing,
    trustedKeys: keys.trusted,
    databaseUrls,
    databasePasswords: passwordFiles(places.passwords),
    ...secrets,
  };
};
