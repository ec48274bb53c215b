import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { decode } from '@nats-io/jwt';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { readIfThere, writeSecret } from '../local/files.ts';
import { codeOf } from '../local/problem.ts';
import { mintCredentials, USERS, type UserName } from './accounts.ts';
import { pushAccount } from './claims.ts';
import { accountNow, natsKeys } from './prepare.ts';
import { addRevocation } from './revocations.ts';

export interface MintedCredentials {
  readonly user: UserName;
  /** Public key of the user: what is revoked. */
  readonly key: string;
  readonly mintedAt: Date;
  /** `older` ones are replaced and still good until they are retired. */
  readonly state: 'current' | 'older';
}

const currentPath = (folder: string, user: UserName): string => join(resolve(folder), 'credentials', `${user}.creds`);
const olderPath = (folder: string, user: UserName): string => `${currentPath(folder, user)}.older`;

/** What stands in a credentials file, without its seed. */
function readCredentials(text: string): { key: string; mintedAt: Date } {
  const jwt = /BEGIN NATS USER JWT-+\s+(\S+)/.exec(text)?.[1] ?? '';
  const { sub, iat } = decode(jwt);
  return { key: sub, mintedAt: new Date(iat * 1_000) };
}

/** The credentials of every user of the installation. */
export async function listCredentials(folder: string): Promise<readonly MintedCredentials[]> {
  const rows = USERS.map(async (user): Promise<MintedCredentials[]> => {
    const current = await readIfThere(currentPath(folder, user));
    const older = await readIfThere(olderPath(folder, user));
    return [
      ...(current === undefined ? [] : [{ user, ...readCredentials(current), state: 'current' as const }]),
      ...(older === undefined ? [] : [{ user, ...readCredentials(older), state: 'older' as const }]),
    ];
  });
  return (await Promise.all(rows)).flat();
}

/**
 * Mints new credentials beside those in use: whoever connects from now on takes them, who is connected stays so until `retireCredentials`.
 * Answers false, and changes nothing, when older ones are not retired yet.
 */
export async function rotateCredentials(folder: string, user: UserName): Promise<boolean> {
  const [path, older] = [currentPath(folder, user), olderPath(folder, user)];
  if ((await readIfThere(older)) !== undefined) return false;
  const { account, signers } = await natsKeys(folder);
  const fresh = await mintCredentials(user, account.getPublicKey(), signers[user]);
  const current = await readIfThere(path);
  if (current !== undefined) await writeSecret(older, current);
  await writeSecret(path, `${fresh}\n`);
  return true;
}

export type Retired = 'nothing to retire' | 'in force' | 'in force at the next start of nats-server';

/**
 * Revokes the older credentials of a user: the server ends their connections and takes no new ones. Everybody else stays connected.
 * @param url of the running nats-server; undefined when none runs
 */
export async function retireCredentials(folder: string, user: UserName, url: string | undefined): Promise<Retired> {
  const older = await readIfThere(olderPath(folder, user));
  if (older === undefined) return 'nothing to retire';
  await addRevocation(folder, readCredentials(older).key, new Date());
  const pushed = url !== undefined && (await pushRevocations(folder, url));
  await rm(olderPath(folder, user));
  return pushed ? 'in force' : 'in force at the next start of nats-server';
}

/** Answers false when no server runs there. */
async function pushRevocations(folder: string, url: string): Promise<boolean> {
  const credentials = await readIfThere(join(resolve(folder), 'credentials', 'system.creds'));
  const system = await connect({
    servers: url,
    authenticator: credsAuthenticator(new TextEncoder().encode(credentials ?? '')),
    timeout: 5_000,
    reconnect: false,
  }).catch((error: unknown) => {
    if (isNobodyThere(error)) return null;
    throw error;
  });
  if (!system) return false;
  try {
    await pushAccount(system, await accountNow(folder));
  } finally {
    await system.close();
  }
  return true;
}

const isNobodyThere = (error: unknown): boolean =>
  codeOf(error) === 'ECONNREFUSED' || (error instanceof Error && (error.message === 'connection refused' || isNobodyThere(error.cause)));
