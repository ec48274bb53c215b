import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';

/** A way through which connections go, and which can be broken. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that go through. */
  readonly size: number;
  /** Connections that were opened so far. */
  readonly opened: number;
  /** Ends what is open, and what is opened from now on at once. */
  cut(): void;
  /** Ends what is open; whoever comes again is let through. */
  drop(): void;
  /** Lets nothing through any more, in either direction, and ends nothing: both sides believe that the other is there. */
  swallow(): void;
  /** Holds everything back for this long. */
  slow(delayMs: number): void;
  /** Lets connections through again. */
  mend(): void;
}

type Way = 'open' | 'cut' | 'swallowing';

/** Listens on a free port of this machine and passes on to `port` of the same, or to any of several that takes the connection. */
export async function openTcpProxy(...ports: readonly number[]): Promise<TcpProxy> {
  let way: Way = 'open';
  let delayMs = 0;
  let opened = 0;
  const sockets = new Set<Socket>();
  const pass = (to: Socket, bytes: Buffer): void => {
    if (way !== 'open') return;
    if (delayMs === 0) to.write(bytes);
    else setTimeout(() => to.writable && to.write(bytes), delayMs);
  };
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes) => pass(to, bytes));
    from.on('error', () => undefined); // 'close' follows
    from.on('close', () => {
      sockets.delete(from);
      if (way !== 'swallowing') to.destroy();
    });
  };
  const carry = async (near: Socket): Promise<void> => {
    const far = way === 'cut' ? null : await reach(ports);
    if (!far || near.destroyed) {
      far?.destroy();
      near.destroy();
      return;
    }
    join(near, far);
    join(far, near);
  };
  const server = createServer((near) => {
    opened += 1;
    near.on('error', () => undefined);
    void carry(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get size() {
      return sockets.size / 2;
    },
    get opened() {
      return opened;
    },
    cut: () => {
      way = 'cut';
      drop();
    },
    drop,
    swallow: () => (way = 'swallowing'),
    slow: (ms) => (delayMs = ms),
    mend: () => {
      way = 'open';
      delayMs = 0;
    },
    [Symbol.asyncDispose]: async () => {
      way = 'cut';
      drop();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** Begins at any of the ports, so that connections spread. Null when nobody listens on any. */
async function reach(ports: readonly number[]): Promise<Socket | null> {
  const first = Math.floor(Math.random() * ports.length);
  for (const port of [...ports.slice(first), ...ports.slice(0, first)]) {
    const socket = connect(port, '127.0.0.1');
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    if (await promise) return socket;
  }
  return null;
}
