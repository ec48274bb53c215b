import { Socket } from 'node:net';
import type { NatsConnection } from '@nats-io/transport-node';
import { openWorld } from '@takaro/testing/world';
import { expect, test, vi } from 'vitest';

const MESSAGES = 50;

/** Sends messages one microtask after the other. Answers how many system calls that took, and on which socket. */
async function send(nats: NatsConnection): Promise<{ writes: number; socket: Socket | undefined }> {
  const sockets: Socket[] = [];
  const spies = (['_write', '_writev'] as const).map((name) => {
    const original: unknown = Reflect.get(Socket.prototype, name);
    return vi.spyOn(Socket.prototype, name as '_write').mockImplementation(function (this: Socket, ...args: unknown[]) {
      sockets.push(this);
      return Reflect.apply(original as () => void, this, args);
    });
  });
  for (let count = 0; count < MESSAGES; count += 1) {
    nats.publish('log.quiet-test-domain.0.somewhere', String(count));
    await Promise.resolve().then(() => Promise.resolve());
  }
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  for (const spy of spies) spy.mockRestore();
  const [socket] = sockets;
  return { writes: sockets.filter((one) => one === socket).length, socket };
}

test('what a service sends in one turn of the event loop leaves in one system call, after a reconnect too', async () => {
  await using world = await openWorld();
  const { nats } = await world.busFor('connectors');
  const bare = await world.natsFor('connectors');

  // What the client does by itself: without this the test would prove nothing.
  expect((await send(bare)).writes).toBeGreaterThan(MESSAGES / 2);
  const before = await send(nats);
  expect(before.writes).toBeLessThan(4);

  before.socket?.destroy();
  await expect.poll(async () => (await nats.flush(), (await send(nats)).socket !== before.socket), { timeout: 10_000 }).toBe(true);
  expect((await send(nats)).writes).toBeLessThan(4);
});
