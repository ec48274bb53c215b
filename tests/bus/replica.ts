import { type Bus, consume } from '@takaro/bus';
import { bareEvent, EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import type { ConnectOptions, World } from '@takaro/testing/world';

/** One copy of the service events, which does what the test says. */
export interface Replica extends AsyncDisposable {
  readonly bus: Bus;
  /** As by SIGKILL: nothing more is done, said or handed over. */
  kill(): Promise<void>;
}

export async function openReplica(
  world: World,
  react: (event: EventEnvelope, isDead: () => boolean) => Promise<void>,
  options?: ConnectOptions,
): Promise<Replica> {
  const { bus } = await world.contextFor('events', options);
  let dead = false;
  const reading = await consume<EventEnvelope>(bus, {
    stream: 'EVENTS',
    schema: EventEnvelope,
    react: (event) => (dead ? new Promise<never>(() => undefined) : react(event, () => dead)),
  });
  return {
    bus,
    kill: async () => {
      dead = true;
      await bus.nats.close();
    },
    [Symbol.asyncDispose]: async () => {
      if (!dead) await reading[Symbol.asyncDispose]();
    },
  };
}

export const eventOf = (domainId: string, text: string): EventEnvelope =>
  bareEvent({
    id: deriveId(domainId, text),
    name: 'chat-message',
    domainId,
    occurredAt: '2026-01-01T00:00:00.000Z',
    meta: { msg: text },
  });
