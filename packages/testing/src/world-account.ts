import { readFile } from 'node:fs/promises';
import { createAccount } from '@nats-io/nkeys';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { mintCredentials, takaroAccount, type UserName } from '@takaro/infra/nats/accounts';
import { pushAccount, removeAccount } from '@takaro/infra/nats/claims';
import { natsKeys } from '@takaro/infra/nats/prepare';
import { makeStreams } from '@takaro/infra/nats/streams';
import type { Servers } from './servers.ts';

/** Streams of tests hold megabytes. */
const SHRINK = 256;

export interface WorldAccount extends AsyncDisposable {
  /** The text of a credentials file. */
  credentialsOf(user: UserName): Promise<string>;
}

/** A NATS account of its own, as real as the one of an installation: nothing of another world can be seen or taken from here. */
export async function openWorldAccount({ natsUrl, natsFolder, systemCredentials }: Servers): Promise<WorldAccount> {
  const { operator, signers } = await natsKeys(natsFolder);
  const account = createAccount();
  const key = account.getPublicKey();
  const system = await connect({ servers: natsUrl, authenticator: credsAuthenticator(await readFile(systemCredentials)) });
  await pushAccount(system, await takaroAccount({ name: 'WORLD', account, operator }, signers));
  const credentialsOf = (user: UserName): Promise<string> => mintCredentials(user, key, signers[user]);

  const setup = await connect({
    servers: natsUrl,
    authenticator: credsAuthenticator(new TextEncoder().encode(await credentialsOf('setup'))),
  });
  await makeStreams(setup, { shrink: SHRINK });
  await setup.close();
  return {
    credentialsOf,
    [Symbol.asyncDispose]: async () => {
      await removeAccount(system, operator, key);
      await system.close();
    },
  };
}
