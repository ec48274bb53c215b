import { encodeAccount, encodeUser, fmtCreds, newScopedSigner, type Account, type OperatorLimits } from '@nats-io/jwt';
import { createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { permissionsOf } from './permissions.ts';

/** Who may connect: each service, and the hand that prepares the streams. */
export const USERS = [...SERVICE_NAMES, 'setup'] as const;
export type UserName = (typeof USERS)[number];

/** One signing key of the account for each user; those of services are scoped, so that what they sign gets the template and no more. */
export type SigningKeys = Readonly<Record<UserName, KeyPair>>;

/** Limits that are missing in an account are read as 0 by the server, so each is said; -1 is "no limit". */
const UNLIMITED = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
} satisfies OperatorLimits;

/** JetStream for Takaro's streams; the sizes are bounded by the streams themselves. */
const JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 } satisfies OperatorLimits;

export interface AccountSpec {
  readonly name: string;
  readonly account: KeyPair;
  readonly operator: KeyPair;
}

/** Public keys of users whose credentials are refused, each with the second until which they were minted. */
export type Revocations = Readonly<Record<string, number>>;

/** The account in which Takaro lives: the permissions of every service are in it, so a changed table needs no new credentials. */
export const takaroAccount = (
  { name, account, operator }: AccountSpec,
  keys: SigningKeys,
  revocations: Revocations = {},
): Promise<string> =>
  encodeAccount(
    name,
    account,
    {
      limits: { ...UNLIMITED, ...JETSTREAM },
      signing_keys: [
        keys.setup.getPublicKey(),
        ...SERVICE_NAMES.map((service) => newScopedSigner(keys[service], service, templateOf(service))),
      ],
      revocations,
    },
    { signer: operator },
  );

/** The server's own account, with its limits said explicitly and without JetStream. */
export const systemAccount = ({ name, account, operator }: AccountSpec): Promise<string> =>
  encodeAccount(name, account, { limits: UNLIMITED } satisfies Partial<Account>, { signer: operator });

function templateOf(service: ServiceName) {
  const { publish, subscribe, responses } = permissionsOf(service);
  return {
    pub: { allow: [...publish], deny: [] },
    sub: { allow: [...subscribe], deny: [] },
    ...(responses && { resp: { max: responses.max, ttl: responses.ttlMs * 1_000_000 } }),
  };
}

/** The text of a credentials file: a JWT, and the seed of a key that is in no other place. */
export async function mintCredentials(user: UserName, accountKey: string, signer: KeyPair): Promise<string> {
  const key = createUser();
  const jwt = await encodeUser(user, key, accountKey, {}, { signer, scopedUser: user !== 'setup' });
  return new TextDecoder().decode(fmtCreds(jwt, key));
}

/** Credentials of the system account: they may change accounts, so no service has them. */
export async function mintSystemCredentials(system: KeyPair): Promise<string> {
  const key = createUser();
  return new TextDecoder().decode(fmtCreds(await encodeUser('system', key, system), key));
}

/** The signing keys of all users from their seeds. @throws Error when one is missing */
export const signingKeys = (seedOf: (user: UserName) => string): SigningKeys => {
  const key = (user: UserName): KeyPair => fromSeed(new TextEncoder().encode(seedOf(user)));
  return {
    tenancy: key('tenancy'),
    gameservers: key('gameservers'),
    players: key('players'),
    modules: key('modules'),
    runner: key('runner'),
    events: key('events'),
    connectors: key('connectors'),
    gateway: key('gateway'),
    setup: key('setup'),
  };
};
