import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { STREAM_NAMES } from '@takaro/contracts/services';
import type { System } from './system.ts';

const EVERY_MS = 1_000;

/** Waits until no service has anything left to do with what is in the streams. @throws Error when that takes longer */
export async function untilWorkedOff({ servers, setupCredentials }: System, { timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
  const authenticator = credsAuthenticator(new TextEncoder().encode(setupCredentials));
  const nats = await connect({ servers: servers.natsUrl, authenticator });
  try {
    const manager = await jetstreamManager(nats);
    const deadline = performance.now() + timeoutMs;
    while ((await leftIn(manager)) > 0) {
      if (performance.now() > deadline) throw new Error(`The streams were not worked off within ${timeoutMs} ms`);
      await delay(EVERY_MS);
    }
  } finally {
    await nats.close();
  }
}

async function leftIn(manager: JetStreamManager): Promise<number> {
  let left = 0;
  for (const stream of STREAM_NAMES) {
    for await (const { num_pending: pending, num_ack_pending: underWay } of manager.consumers.list(stream)) left += pending + underWay;
  }
  return left;
}
