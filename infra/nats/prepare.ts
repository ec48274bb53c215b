import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { encodeOperator } from '@nats-io/jwt';
import { createAccount, createOperator, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { keptSecret, writeSecret } from '../local/files.ts';
import { Problem } from '../local/problem.ts';
import {
  mintCredentials,
  mintSystemCredentials,
  signingKeys,
  systemAccount,
  takaroAccount,
  USERS,
  type SigningKeys,
  type UserName,
} from './accounts.ts';
import { serverConfig, type ServerSettings } from './config.ts';
import { readRevocations } from './revocations.ts';

export interface NatsOptions {
  /** Where keys, credentials and the configuration lie; readable by its owner only. */
  readonly folder: string;
  /** @default 127.0.0.1 */
  readonly host?: string;
  readonly port: number;
  /** Where JetStream keeps the streams. */
  readonly storeFolder: string;
  /** Of a cluster: its other servers, and where the first one listens to them. @default none */
  readonly cluster?: { readonly routePort: number; readonly others: readonly NatsNode[] };
}

/** One more server of a cluster. */
export interface NatsNode {
  readonly port: number;
  /** Where the servers of the cluster reach it. */
  readonly routePort: number;
}

export interface PreparedNats {
  readonly configFile: string;
  /** Those of all servers, the first included. */
  readonly configFiles: readonly string[];
  /** Several separated by commas. */
  readonly url: string;
  /** Paths of the credentials files of the services. */
  readonly credentials: Readonly<Record<ServiceName, string>>;
  /** Path of the credentials that may prepare streams. No service gets them. */
  readonly setupCredentials: string;
  /** Path of the credentials of the system account, which changes accounts. No service gets them. */
  readonly systemCredentials: string;
}

/**
 * Operator, accounts and credentials of a nats-server, made once and kept in `folder`; the configuration and the permissions are written
 * anew each time, from the table of services as it is now. Call it before the server starts.
 */
export async function prepareNats({ folder, host = '127.0.0.1', port, storeFolder, cluster }: NatsOptions): Promise<PreparedNats> {
  const home = resolve(folder);
  await mkdir(join(home, 'credentials'), { recursive: true, mode: 0o700 });
  const { operator, account, system, signers } = await natsKeys(home);
  const claims = {
    operator: await encodeOperator('takaro', operator, { system_account: system.getPublicKey() }),
    system: { key: system.getPublicKey(), jwt: await systemAccount({ name: 'SYS', account: system, operator }) },
    takaro: { key: account.getPublicKey(), jwt: await accountNow(home) },
  };
  const nodes = cluster ? [{ port, routePort: cluster.routePort }, ...cluster.others] : [{ port, routePort: 0 }];
  const configFiles = await writeConfigs(home, nodes, { ...claims, host, storeFolder: resolve(storeFolder) });

  const kept = async (user: string, mint: () => Promise<string>): Promise<string> => {
    const path = join(home, 'credentials', `${user}.creds`);
    await keptSecret(path, mint);
    return path;
  };
  const credentialsOf = (user: UserName) => kept(user, () => mintCredentials(user, account.getPublicKey(), signers[user]));
  const paths = await Promise.all(SERVICE_NAMES.map(async (service) => [service, await credentialsOf(service)] as const));
  return {
    configFile: join(home, 'nats-server.conf'),
    configFiles,
    url: nodes.map((node) => `nats://${host}:${node.port}`).join(','),
    credentials: Object.fromEntries(paths) as Record<ServiceName, string>,
    setupCredentials: await credentialsOf('setup'),
    systemCredentials: await kept('system', () => mintSystemCredentials(system)),
  };
}

type Shared = Pick<ServerSettings, 'host' | 'storeFolder' | 'operator' | 'system' | 'takaro'>;

/** One configuration for each server, each with folders of its own. Answers where they lie. */
async function writeConfigs(home: string, nodes: readonly NatsNode[], shared: Shared): Promise<string[]> {
  return Promise.all(
    nodes.map(async ({ port, routePort }, index) => {
      const suffix = index === 0 ? '' : `-${index + 1}`;
      const resolverFolder = join(home, `resolver${suffix}`);
      await mkdir(resolverFolder, { recursive: true, mode: 0o700 });
      const others = nodes.filter((node) => node.routePort !== routePort);
      const routes = others.map((node) => `nats://${shared.host}:${node.routePort}`);
      const cluster = routes.length === 0 ? null : { port: routePort, routes };
      const own = { name: `takaro${suffix}`, port, storeFolder: `${shared.storeFolder}${suffix}`, resolverFolder, cluster };
      const configFile = join(home, `nats-server${suffix}.conf`);
      await writeSecret(configFile, serverConfig({ ...shared, ...own }));
      return configFile;
    }),
  );
}

/** Takaro's account as it shall be now: the table of services and what was revoked. */
export async function accountNow(folder: string): Promise<string> {
  const { operator, account, signers } = await natsKeys(folder);
  return takaroAccount({ name: 'TAKARO', account, operator }, signers, await readRevocations(folder));
}

export interface NatsKeys {
  readonly operator: KeyPair;
  readonly account: KeyPair;
  readonly system: KeyPair;
  readonly signers: SigningKeys;
}

/** The keys of a folder, made at the first call. Whoever holds them may mint anything: they stay with whoever runs the installation. */
export async function natsKeys(folder: string): Promise<NatsKeys> {
  const home = resolve(folder);
  await mkdir(join(home, 'keys'), { recursive: true, mode: 0o700 });
  const seeds = new Map<UserName, string>();
  for (const user of USERS) seeds.set(user, seedOf(await keep(home, `sign-${user}`, createAccount)));
  return {
    operator: await keep(home, 'operator', createOperator),
    account: await keep(home, 'account', createAccount),
    system: await keep(home, 'system', createAccount),
    signers: signingKeys((user) => seeds.get(user) ?? ''),
  };
}

const seedOf = (key: KeyPair): string => new TextDecoder().decode(key.getSeed());

/** The key of this name; made at the first call. @throws Problem when its file holds something else */
async function keep(home: string, name: string, make: () => KeyPair): Promise<KeyPair> {
  const path = join(home, 'keys', `${name}.nk`);
  const seed = await keptSecret(path, () => seedOf(make()));
  try {
    return fromSeed(new TextEncoder().encode(seed));
  } catch (cause) {
    throw new Problem(`${path} is not a NATS key: put its backup back, or delete the folder ${home} to make all keys anew`, { cause });
  }
}
