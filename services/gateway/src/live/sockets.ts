import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ServiceError } from '@takaro/contracts/errors';
import type { FastifyInstance } from 'fastify';
import { Server } from 'socket.io';
import type { DomainCaller } from '../sign-in.ts';
import type { Live } from './live.ts';
import { type LiveServer, type LiveSocket, Rooms } from './rooms.ts';

/** What a client may have to say: `ping`. */
const FROM_CLIENT_BYTES = 10_000;

interface Watching {
  readonly callerOf: () => Promise<DomainCaller>;
  readonly caller: DomainCaller;
}

/**
 * The socket.io server of the published API, on the port of the REST API and with its credentials on the handshake. Each socket is in the
 * room of its domain and hears every event of it.
 */
export function mountSockets(server: FastifyInstance, live: Live): LiveServer {
  const io: LiveServer = new Server(server.server, {
    serveClient: false,
    maxHttpBufferSize: FROM_CLIENT_BYTES,
    ...(live.corsOrigins.length > 0 && { cors: { origin: [...live.corsOrigins], credentials: true } }),
  });
  const rooms = new Rooms(io, live);
  const handshakes = new WeakMap<IncomingMessage, Watching>();
  /** Why who calls is not let in. */
  const handshake = async (request: IncomingMessage): Promise<Error | undefined> => {
    const { headers } = request;
    const cookies = isTrusted(headers, live.corsOrigins) ? server.parseCookie(headers.cookie ?? '') : {};
    // What a proxy in front says of the address nobody has read here: sockets that come through one count for it.
    const credentials = { headers, cookies, ip: request.socket.remoteAddress ?? '' };
    try {
      live.rate.count(credentials);
      const callerOf = (): Promise<DomainCaller> => live.signIn.viewerOf(credentials);
      const caller = await callerOf();
      live.viewers.requireRoom(caller.domainId);
      handshakes.set(request, { callerOf, caller });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new ServiceError('INTERNAL', { cause: error });
    }
  };
  io.engine.use((request: IncomingMessage, _response: unknown, next: (error?: Error) => void) => {
    // A request with an id belongs to a session that was let in, else there is none of that id.
    if (new URL(request.url ?? '', 'http://gateway').searchParams.get('sid')) return next();
    void handshake(request).then((error) => setImmediate(next, error));
  });
  io.on('connection', (socket) => {
    const watching = handshakes.get(socket.request);
    if (watching) watchBySocket(rooms, live, socket, watching);
    else socket.conn.close(true);
  });
  return io;
}

/** A browser sends cookies with a socket that any page opens, so they count for pages of this origin and of those that may call. */
function isTrusted({ origin, host }: IncomingHttpHeaders, corsOrigins: readonly string[]): boolean {
  return origin === undefined || corsOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

function watchBySocket(rooms: Rooms, { viewers }: Live, socket: LiveSocket, { caller, callerOf }: Watching): void {
  const { domainId } = caller;
  const cut = (): void => {
    socket.conn.close(true);
  };
  const open = new DisposableStack();
  try {
    open.use(viewers.add({ domainId, recheck: callerOf, cut }));
  } catch {
    return cut();
  }
  open.use(rooms.join(domainId, socket));
  socket.on('ping', () => socket.emit('pong'));
  socket.once('disconnect', () => open.dispose());
}
