import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Listener extends AsyncDisposable {
  readonly port: number;
  /** What was asked for over HTTP and by WebSocket. */
  readonly paths: ReadonlySet<string>;
  /** Whatever was said over them. */
  connections(): number;
}

/** A server on every address of this machine that tells who reached it. */
export async function listen(): Promise<Listener> {
  const paths = new Set<string>();
  let connections = 0;
  const server = createServer((request, response) => {
    paths.add(request.url ?? '');
    response.end('reached');
  });
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('error', () => undefined);
  });
  server.on('upgrade', (request, socket) => {
    paths.add(request.url ?? '');
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await once(server.listen({ port: 0, host: '::' }), 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: Object(server.address()).port, paths, connections: () => connections, [Symbol.asyncDispose]: close };
}
