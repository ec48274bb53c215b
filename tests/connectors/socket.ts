import { once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';

export interface ServerFrame {
  readonly type: string;
  readonly payload: Record<string, unknown> | null;
  readonly requestId: string;
}

/** The bare other side of the protocol: sends what a test says and keeps what comes. */
export interface Socket extends AsyncDisposable {
  readonly frames: readonly ServerFrame[];
  /** The text of each frame as it came. */
  readonly texts: readonly string[];
  /** The code with which it was closed; 1006 where it was cut. */
  readonly closed: Promise<number>;
  readonly isOpen: () => boolean;
  send(frame: unknown): void;
  sendRaw(bytes: string | Buffer): void;
  event(type: string, data?: unknown, extra?: object): void;
  /** The next frame of the type that was not taken yet. */
  take(type: string, timeoutMs?: number): Promise<ServerFrame>;
  /** What the server answers to a ping sent now: everything before it was handled by then. */
  pong(): Promise<ServerFrame>;
  identify(identityToken: string, fields?: object): Promise<ServerFrame>;
  /** Answers every request of Takaro from here on. */
  onRequest(answer: (action: string, args: Record<string, unknown>, requestId: string) => void): void;
}

export async function openSocket(port: number, options: ClientOptions = {}): Promise<Socket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/any/path`, options);
  const frames: ServerFrame[] = [];
  const texts: string[] = [];
  const taken = new Set<ServerFrame>();
  const answerers: ((frame: ServerFrame) => void)[] = [];
  socket.on('message', (bytes: Buffer) => {
    const text = bytes.toString();
    const frame: ServerFrame = JSON.parse(text);
    texts.push(text);
    frames.push(frame);
    if (frame.type === 'request') for (const answer of answerers) answer(frame);
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code]: number[]) => code ?? 0);
  await once(socket, 'open');

  const client: Socket = {
    frames,
    texts,
    closed,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendRaw: (bytes) => socket.send(bytes),
    event: (type, data, extra) => client.send({ type: 'gameEvent', payload: { type, data, ...extra } }),
    take: async (type, timeoutMs = 15_000) => {
      const next = () => frames.find((frame) => frame.type === type && !taken.has(frame));
      await expect.poll(next, { timeout: timeoutMs, interval: 5, message: `a frame of type ${type}` }).toBeDefined();
      const found = next()!;
      taken.add(found);
      return found;
    },
    pong: async () => {
      client.send({ type: 'ping' });
      return client.take('pong');
    },
    identify: async (identityToken, fields = {}) => {
      client.send({ type: 'identify', payload: { identityToken, registrationToken: 'good', ...fields } });
      return client.take('identifyResponse');
    },
    onRequest: (answer) =>
      void answerers.push((frame) =>
        answer(String(frame.payload?.['action']), JSON.parse(String(frame.payload?.['args'])), frame.requestId),
      ),
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
      await closed;
    },
  };
  return client;
}
