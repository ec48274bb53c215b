import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import type { PreparedNats } from '../nats/prepare.ts';
import { Problem } from './problem.ts';

const PATIENCE_MS = 60_000;
const POLL_MS = 250;

/** The servers of a cluster take connections before they have chosen who leads; until then no stream can be made. @throws Problem */
export const untilLed = async ({ url, setupCredentials }: PreparedNats): Promise<void> => {
  const authenticator = credsAuthenticator(await readFile(setupCredentials));
  const nats = await connect({ servers: url.split(','), authenticator, timeout: 5_000 });
  try {
    const manager = await jetstreamManager(nats, { checkAPI: false, timeout: 1_000 });
    const isLed = (): Promise<boolean> =>
      manager.getAccountInfo().then(
        () => true,
        () => false,
      );
    for (const deadline = Date.now() + PATIENCE_MS; !(await isLed()); await delay(POLL_MS))
      if (Date.now() > deadline) throw new Problem('The servers of NATS did not find one another.');
  } finally {
    await nats.close();
  }
};
