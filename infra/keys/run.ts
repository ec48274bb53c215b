import { LIMITS } from '@takaro/contracts/limits';
import type { ServiceName } from '@takaro/contracts/services';
import { listSigningKeys, retireSigningKeys, rotateSigningKeys, signingKeysChangedAt } from '../local/keys.ts';
import { placesIn } from '../local/prepare.ts';
import { Problem } from '../local/problem.ts';
import type { UserName } from '../nats/accounts.ts';
import { listCredentials, retireCredentials, rotateCredentials } from '../nats/credentials.ts';
import { endConnections, rotatePassword } from '../postgres/roles.ts';
import { writeAuditEntries } from './audit.ts';
import type { Command } from './command.ts';
import { listSecretsKeys, retireSecretsKeys, rotateSecretsKey, sealedWithOlder } from './secrets-key.ts';

type Change = Exclude<Command, { act: 'list' }>;

export interface Installation {
  /** The data folder. */
  readonly data: string;
  /** URLs of what runs; undefined when nothing does. */
  readonly adminUrl: string | undefined;
  readonly natsUrl: string | undefined;
}

export interface RunOptions {
  readonly installation: Installation;
  /** Retires signing keys although tokens that they signed may be on their way. */
  readonly now: boolean;
  readonly print: (line: string) => void;
}

/** Tokens of the old key live so long, and a service takes up the new one within a second. */
const TOKENS_GONE_MS = (LIMITS.tokenLifetimeS + 15) * 1_000;

/** Lists, rotates and retires what lets services in. Nothing that it prints is a secret. @throws Problem */
export async function runKeys(command: Command, options: RunOptions): Promise<void> {
  if (command.act === 'list') return list(options);
  await act(command, options);
  await tellAudit(command, options);
}

async function act(command: Change, options: RunOptions): Promise<void> {
  switch (command.what) {
    case 'bus-credentials':
      for (const user of command.of) await bus(command.act, user, options);
      return;
    case 'signing-keys':
      for (const service of command.of) await signing(command.act, service, options);
      return;
    case 'database-password':
      for (const service of command.of) await password(command.act, service, options);
      return;
    case 'secrets-key':
      await secrets(command.act, options);
  }
}

async function tellAudit(command: Change, { installation: { adminUrl }, print }: RunOptions): Promise<void> {
  const subjects = 'of' in command ? command.of.map((name) => `${command.what} ${name}`) : [command.what];
  if (adminUrl === undefined) print('not in the audit log: PostgreSQL does not run on this data folder');
  else await writeAuditEntries(adminUrl, command.act === 'rotate' ? 'keys-rotated' : 'keys-retired', subjects);
}

async function list({ installation: { data, adminUrl }, print }: RunOptions): Promise<void> {
  const places = placesIn(data);
  for (const { user, key, mintedAt, state } of await listCredentials(places.nats)) {
    print(`bus-credentials  ${user.padEnd(12)} ${state.padEnd(8)} ${key} of ${mintedAt.toISOString()}`);
  }
  for (const { issuer, kind, kid, state } of await listSigningKeys(places.keys)) {
    print(`signing-keys     ${issuer.padEnd(12)} ${state.padEnd(8)} ${kid} for tokens of kind ${kind}`);
  }
  for (const [index, name] of (await listSecretsKeys(places.secretsKey)).entries()) {
    print(`secrets-key      ${''.padEnd(12)} ${(index === 0 ? 'current' : 'older').padEnd(8)} ${name}`);
  }
  if (adminUrl !== undefined)
    print(`game servers whose secrets are not sealed with the current key: ${await sealedWithOlder(places.secretsKey, adminUrl)}`);
}

const notTwice = (what: string): Problem => new Problem(`There are two ${what} already: retire the older first.`);

async function bus(act: 'rotate' | 'retire', user: UserName, { installation: { data, natsUrl }, print }: RunOptions): Promise<void> {
  const folder = placesIn(data).nats;
  if (act === 'rotate') {
    if (!(await rotateCredentials(folder, user))) throw notTwice(`credentials of ${user}`);
    print(`${user}: new credentials; the next connection takes them, the older ones are good until they are retired`);
    return;
  }
  print(`${user}: ${await retireCredentials(folder, user, natsUrl)}`);
}

async function signing(act: 'rotate' | 'retire', service: ServiceName, { installation: { data }, now, print }: RunOptions): Promise<void> {
  const folder = placesIn(data).keys;
  if (act === 'rotate') {
    if (!(await rotateSigningKeys(folder, service))) throw notTwice(`signing keys of ${service}`);
    print(`${service}: a new signing key for each kind of token; the older ones are good until they are retired`);
    return;
  }
  const ageMs = Date.now() - (await signingKeysChangedAt(folder, service)).getTime();
  if (!now && ageMs < TOKENS_GONE_MS) {
    const waitS = Math.ceil((TOKENS_GONE_MS - ageMs) / 1_000);
    throw new Problem(`${service}: tokens of the older key may be on their way for ${waitS} s: retire then, or add --now.`);
  }
  print(`${service}: ${(await retireSigningKeys(folder, service)) ? 'older keys are refused within a second' : 'nothing to retire'}`);
}

async function password(
  act: 'rotate' | 'retire',
  service: ServiceName,
  { installation: { data, adminUrl }, print }: RunOptions,
): Promise<void> {
  if (adminUrl === undefined) throw needsDatabase();
  if (act === 'rotate') {
    await rotatePassword({ adminUrl, passwordFolder: placesIn(data).passwords }, service);
    print(`${service}: a new password; the older one is refused, connections that are open stay`);
  } else print(`${service}: ${await endConnections(adminUrl, service)} connections ended`);
}

async function secrets(act: 'rotate' | 'retire', { installation: { data, adminUrl }, print }: RunOptions): Promise<void> {
  const path = placesIn(data).secretsKey;
  if (act === 'rotate') {
    if (!(await rotateSecretsKey(path))) throw notTwice('keys of secrets');
    print('a new key seals; gameservers seals the rest with it in the background, keys -- list tells how much is left');
    return;
  }
  if (adminUrl === undefined) throw needsDatabase();
  const left = await sealedWithOlder(path, adminUrl);
  if (left > 0) throw new Problem(`${left} game servers have secrets that an older key sealed: wait until gameservers sealed them anew.`);
  print((await retireSecretsKeys(path)) ? 'the older key is gone' : 'nothing to retire');
}

const needsDatabase = (): Problem => new Problem('That needs PostgreSQL: start Takaro on this data folder, or give --database-url.');
