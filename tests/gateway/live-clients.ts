import { io, type Socket } from 'socket.io-client';
import { documentedFetch } from './documented-fetch.ts';

export interface HeardBySocket {
  readonly socket: Socket;
  readonly events: Record<string, unknown>[];
  readonly gameEvents: [gameServerId: string, type: string, payload: Record<string, unknown>][];
}

type Headers = Readonly<Record<string, string>>;

/** A client of socket.io that is let in. */
export async function openSocket(
  url: string,
  headers: Headers,
  transports = ['polling', 'websocket'],
): Promise<HeardBySocket & AsyncDisposable> {
  const socket = io(url, { transports, extraHeaders: { ...headers }, forceNew: true, reconnection: false });
  const heard: HeardBySocket = { socket, events: [], gameEvents: [] };
  socket.on('event', (event) => heard.events.push(event));
  socket.on('gameEvent', (...gameEvent: HeardBySocket['gameEvents'][number]) => heard.gameEvents.push(gameEvent));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.once('connect_error', reject);
  await promise;
  return { ...heard, [Symbol.asyncDispose]: async () => void socket.disconnect() };
}

/** Why a client of socket.io is not let in, if it is not. */
export const refusalOf = (url: string, headers: Headers): Promise<string> =>
  openSocket(url, headers).then(
    ({ socket }) => {
      socket.disconnect();
      return 'let in';
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

export interface SentEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

export interface HeardByStream extends AsyncDisposable {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly sent: SentEvent[];
  /** Whether the server has ended it. */
  isOver(): boolean;
}

/** A reader of server-sent events. */
export async function openStream(url: string, headers: Headers): Promise<HeardByStream> {
  const stop = new AbortController();
  const response = await documentedFetch(`${url}/event/stream`, { headers, signal: stop.signal });
  const sent: SentEvent[] = [];
  let isOver = false;
  const read = async (): Promise<void> => {
    let text = '';
    for await (const bytes of response.body ?? []) {
      text += Buffer.from(bytes).toString();
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      sent.push(...parts.map(sentEventIn).filter((one) => one.event !== undefined));
    }
  };
  const reading = read()
    .catch(() => undefined)
    .then(() => {
      isOver = true;
    });
  return {
    status: response.status,
    headers: response.headers,
    sent,
    isOver: () => isOver,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await reading;
    },
  };
}

function sentEventIn(text: string): SentEvent {
  const fields: Record<string, string> = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  const { id, event, data } = fields;
  return { ...(id !== undefined && { id }), ...(event !== undefined && { event }), ...(data !== undefined && { data: JSON.parse(data) }) };
}
