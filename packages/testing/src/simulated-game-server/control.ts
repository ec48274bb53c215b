import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { SimulatedGameServer } from './simulate.ts';

interface Order {
  readonly player: string;
  readonly text: string;
}

const BODY_BYTES = 10_000;

/**
 * Lets a person at the keyboard play: `POST /say {"player","text"}` makes a player say something, joining first where they are not
 * online; `GET /players` lists who is. Listens on this machine alone.
 */
export async function openControl(game: SimulatedGameServer, port: number): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    respond(game, request).then(
      (body) => send(response, 200, body),
      (error: unknown) => send(response, 400, { error: error instanceof Error ? error.message : String(error) }),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function respond(game: SimulatedGameServer, request: IncomingMessage): Promise<object> {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /players') return game.playersOnline().map(({ name, gameId }) => ({ name, gameId }));
  if (route !== 'POST /say') throw new Error('There is POST /say {"player","text"} and GET /players');
  const order = readOrder(await text(request));
  game.join(order.player);
  game.say(order.player, order.text);
  return { said: order.text };
}

function readOrder(body: string): Order {
  const order: unknown = body.length <= BODY_BYTES ? JSON.parse(body) : null;
  if (typeof order === 'object' && order !== null && 'player' in order && 'text' in order) {
    const { player, text: words } = order;
    if (typeof player === 'string' && player !== '' && typeof words === 'string') return { player, text: words };
  }
  throw new Error('The body is {"player": a name, "text": what to say}');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
