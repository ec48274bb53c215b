import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';

/** A way through which connections go, and which can be broken. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends what is open, and what is opened from now on at once. */
  cut(): void;
  /** Lets nothing through any more, in either direction, and ends nothing: both sides believe that the other is there. */
  swallow(): void;
  /** Lets new connections through again. */
  mend(): void;
}

type Way = 'open' | 'cut' | 'swallowing';

/** Listens on a free port of this machine and passes on to `port` of the same. */
export async function openTcpProxy(port: number): Promise<TcpProxy> {
  let way: Way = 'open';
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => void (way === 'open' && to.write(bytes)));
    from.on('error', () => undefined); // 'close' follows
    from.on('close', () => {
      sockets.delete(from);
      if (way !== 'swallowing') to.destroy();
    });
  };
  const server = createServer((near) => {
    if (way === 'cut') return near.destroy();
    const far = connect(port, '127.0.0.1');
    join(near, far);
    join(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut: () => {
      way = 'cut';
      destroyAll();
    },
    swallow: () => (way = 'swallowing'),
    mend: () => (way = 'open'),
    [Symbol.asyncDispose]: async () => {
      way = 'cut';
      destroyAll();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
