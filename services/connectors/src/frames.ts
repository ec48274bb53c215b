import { randomUUID } from 'node:crypto';
import { isObject } from './reading.ts';

/** What arrives on a socket, as far as every frame has it. */
export interface Frame {
  readonly type: string;
  readonly payload: unknown;
  readonly requestId: string | null;
  /** Some connectors put a failure here. */
  readonly error: unknown;
  /** Size on the wire. */
  readonly bytes: number;
}

/** Reads a text or binary frame; null for whatever is no object with a type, which is ignored. */
export function readFrame(bytes: Buffer): Frame | null {
  const value = parse(bytes.toString('utf8'));
  if (!isObject(value)) return null;
  const { type, payload, requestId, error } = value;
  return {
    type: typeof type === 'string' ? type : '',
    payload,
    requestId: typeof requestId === 'string' ? requestId : null,
    error,
    bytes: bytes.length,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not JSON is not ours: the protocol has no answer to it
  }
}

/** Compact, keys in the order that small clients search for, always with a requestId. */
export const frame = (type: string, payload: object | null, requestId: string = randomUUID()): string =>
  JSON.stringify({ type, payload, requestId });

export const errorFrame = (message: string, requestId?: string): string => frame('error', { message }, requestId);

/** Everything of the stream up to this number is done with. */
export const eventAckFrame = (streamId: string, upTo: number): string => frame('eventAck', { streamId, upTo });

/** A numbered event that can never be stored; `numbered` is null where its numbers could not be read. */
export const eventErrorFrame = (numbered: object | null, message: string): string =>
  JSON.stringify({ type: 'eventError', payload: numbered, error: { code: 'invalid_args', message }, requestId: randomUUID() });

/** Refusals carry an object; a good answer must not contain a key named `error` at all. */
export const refusalFrame = (refusal: Refusal): string => frame('identifyResponse', { error: refusal });

export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly http: number;
}
