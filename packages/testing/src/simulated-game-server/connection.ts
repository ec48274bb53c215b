import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { UnconfirmedEvents } from './unconfirmed-events.ts';

/** What a connector needs to be let in. */
export interface Identity {
  readonly url: string;
  readonly identityToken: string;
  readonly registrationToken: string;
  readonly name?: string | undefined;
  /** False: as connectors that know nothing of acknowledgements. @default true */
  readonly asksForAcks?: boolean | undefined;
}

export interface ConnectionHandlers {
  /** Answers one action; what it throws goes back as an error frame. */
  readonly onRequest: (action: string, args: Record<string, unknown>) => unknown;
  readonly onIdentified: (gameServerId: string) => void;
  readonly onLost: (reason: string) => void;
  readonly onRefused: (message: string) => void;
}

/** The connector's end of the socket. It comes back by itself and sends again what was not confirmed. */
export interface Connection {
  /** Sends at once when identified, else as soon as that is so. Kept until the server confirmed it. Answers its number. */
  send(type: string, data: object): EventNumber;
  /** From now on each event is sent this many times, as by a connector that is not sure. */
  repeat(times: number): void;
  /** Settles when everything sent so far is durably accepted. */
  confirm(): Promise<void>;
  /** Cuts the line without a farewell; the connection comes back. */
  cut(): void;
  /** Ends the line after what was sent; the connection comes back. */
  restart(): void;
  close(): void;
}

/** By which Takaro knows an event again when it is sent again. */
export interface EventNumber {
  readonly streamId: string;
  readonly seq: number;
}

const EVENT_ACK = 'event-ack';
const CONFIRM_EVERY_MS = 15_000;
const SILENCE_MS = 45_000;
/** Doubled with each try, and scattered by half either way: servers that lost Takaro together do not come back together. */
const BACKOFF_MS = { first: 250, factor: 2, longest: 3_000 } as const;
const textOf = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export function openConnection(identity: Identity, handlers: ConnectionHandlers): Connection {
  const streamId = randomUUID();
  const unconfirmed = new UnconfirmedEvents();
  let marks: number[] = [];
  let isAcknowledged = false;
  let attempts = 0;
  let times = 1;
  let identified = false;
  let closed = false;
  let lastHeardMs = Date.now();
  let socket = connect();
  let retry: NodeJS.Timeout | undefined;
  const heartbeat = setInterval(beat, CONFIRM_EVERY_MS);

  function connect(): WebSocket {
    const opened = new WebSocket(identity.url, { perMessageDeflate: false, handshakeTimeout: 10_000 });
    const { identityToken, registrationToken, name, asksForAcks = true } = identity;
    const payload = { identityToken, registrationToken, ...(name && { name }), ...(asksForAcks && { capabilities: [EVENT_ACK] }) };
    opened.on('open', () => transmit(opened, { type: 'identify', payload }));
    opened.on('message', (bytes: Buffer) => receive(opened, JSON.parse(bytes.toString())));
    opened.on('error', () => undefined); // 'close' follows and says all there is to do
    opened.on('close', (code) => lost(`closed with ${code}`));
    return opened;
  }

  function lost(reason: string): void {
    if (identified && !closed) handlers.onLost(reason);
    identified = false;
    marks = [];
    if (closed) return;
    const delayMs = Math.min(BACKOFF_MS.first * BACKOFF_MS.factor ** attempts, BACKOFF_MS.longest);
    attempts += 1;
    retry = setTimeout(() => (socket = connect()), delayMs * (0.5 + Math.random()));
  }

  function receive(from: WebSocket, frame: unknown): void {
    lastHeardMs = Date.now();
    if (!isObject(frame)) return;
    const payload = isObject(frame['payload']) ? frame['payload'] : {};
    if (frame['type'] === 'identifyResponse') welcome(from, payload);
    else if (frame['type'] === 'request') answer(from, frame['requestId'], payload);
    else if (frame['type'] === 'pong') unconfirmed.confirmUpTo(marks.shift() ?? 0);
    else if (frame['type'] === 'eventAck' && payload['streamId'] === streamId) unconfirmed.confirmUpTo(Number(payload['upTo']));
    else if (frame['type'] === 'eventError') refused(payload, frame['error']);
    else if (frame['type'] === 'error') handlers.onRefused(textOf(payload['message']));
  }

  function welcome(from: WebSocket, payload: Record<string, unknown>): void {
    if (typeof payload['gameServerId'] !== 'string') {
      const refusal = isObject(payload['error']) ? textOf(payload['error']['message']) : 'without a reason';
      handlers.onRefused(`identify refused: ${refusal}`);
      from.terminate();
      return;
    }
    identified = true;
    attempts = 0;
    isAcknowledged = Array.isArray(payload['capabilities']) && payload['capabilities'].includes(EVENT_ACK);
    handlers.onIdentified(payload['gameServerId']);
    for (const frame of unconfirmed.frames()) from.send(frame);
    if (unconfirmed.size > 0) ping();
  }

  function refused(payload: Record<string, unknown>, error: unknown): void {
    handlers.onRefused(isObject(error) ? textOf(error['message']) : 'an event was refused');
    if (payload['streamId'] === streamId) unconfirmed.refuse(Number(payload['seq']));
  }

  function answer(from: WebSocket, requestId: unknown, payload: Record<string, unknown>): void {
    try {
      const args: unknown = JSON.parse(textOf(payload['args'], '{}'));
      const result = handlers.onRequest(textOf(payload['action']), isObject(args) ? args : {});
      transmit(from, { type: 'response', requestId, payload: result ?? null });
    } catch (error) {
      transmit(from, { type: 'error', requestId, payload: { message: error instanceof Error ? error.message : String(error) } });
    }
  }

  function ping(): void {
    if (!identified) return;
    marks.push(unconfirmed.lastSeq);
    transmit(socket, { type: 'ping', payload: { timestamp: Date.now() } });
  }

  function beat(): void {
    if (identified && Date.now() - lastHeardMs > SILENCE_MS) socket.terminate();
    else ping();
  }

  return {
    send(type, data) {
      const frame = unconfirmed.add((seq) => JSON.stringify({ type: 'gameEvent', payload: { type, data, streamId, seq } }));
      for (let time = 0; identified && time < times; time += 1) socket.send(frame);
      return { streamId, seq: unconfirmed.lastSeq };
    },
    repeat(wanted) {
      times = wanted;
    },
    confirm() {
      const settled = unconfirmed.settled();
      // Without acknowledgements the pong is the receipt.
      if (!isAcknowledged) ping();
      return settled;
    },
    cut: () => socket.terminate(),
    restart: () => socket.close(1001),
    close() {
      closed = true;
      clearInterval(heartbeat);
      clearTimeout(retry);
      socket.close(1000);
    },
  };
}

function transmit(socket: WebSocket, frame: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}
