import { Socket } from 'node:net';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Lets what is sent in one turn of the event loop leave in one system call. The client flushes after every microtask, so that each answer
 * of the database would cost a write of its own: a quarter of the time of a busy service. The client has no setting for it, and keeps
 * its socket to itself: where a later version keeps it elsewhere, nothing changes.
 */
export function coalesceWrites(nats: NatsConnection): void {
  coalesce(socketOf(nats));
  const watch = async (): Promise<void> => {
    for await (const { type } of nats.status()) {
      if (type === 'reconnect') coalesce(socketOf(nats));
    }
  };
  void watch();
}

function coalesce(socket: Socket | undefined): void {
  if (!socket) return;
  const write = socket.write.bind(socket);
  const leave = (): void => socket.uncork();
  const corked: typeof socket.write = (...args: unknown[]) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      setImmediate(leave);
    }
    return Reflect.apply(write, socket, args);
  };
  socket.write = corked;
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

function socketOf(nats: NatsConnection): Socket | undefined {
  const socket = property(property(property(nats, 'protocol'), 'transport'), 'socket');
  return socket instanceof Socket ? socket : undefined;
}
