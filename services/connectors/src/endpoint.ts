import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { Session, type SessionHost } from './session.ts';

/** Who opens a connection says what it wants within this time. */
const HANDSHAKE_MS = 10_000;
/** How long a stop waits for events on their way, and then for sockets to close. */
const GRACE_MS = 3_000;

/** The door for game servers. */
export interface Endpoint extends AsyncDisposable {
  readonly port: number;
}

/** @throws Error when the address cannot be listened on */
export async function openEndpoint(host: SessionHost, address: { readonly host: string; readonly port: number }): Promise<Endpoint> {
  const { sessions } = host;
  const server = createServer({ headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS }, (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' }).end('Upgrade Required');
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload: host.limits.webSocketFrameBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  sockets.on('connection', (socket) => {
    const session = new Session(socket, host);
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
  });
  await listen(server, address);
  const heartbeat = setInterval(() => {
    for (const session of sessions) session.beat();
  }, host.limits.heartbeatMs);

  return {
    port: portOf(server),
    [Symbol.asyncDispose]: async () => {
      clearInterval(heartbeat);
      host.budget.hurry();
      const closed = once(server, 'close');
      sockets.close();
      server.close();
      await Promise.all([...sessions].map((session) => session.close(GRACE_MS)));
      for (let waitedMs = 0; sessions.size > 0 && waitedMs < GRACE_MS; waitedMs += 20) await delay(20);
      for (const session of sessions) session.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`Game servers cannot connect to ${host}:${port}, it is taken or not ours. Set TAKARO_CONNECTORS_PORT.`, {
      cause: error,
    });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The endpoint has no port');
  return address.port;
}
