import { storableText } from '@takaro/contracts/text';
import { isObject } from '../reading.ts';

/** How a connector numbers an event: by a stream of its own making, and a number that grows within it. */
export interface Numbering {
  readonly kind: 'none' | 'valid' | 'invalid';
  readonly value: { readonly streamId: string; readonly seq: number } | null;
}

const STREAM_ID_CHARS = 100;

export const INVALID_NUMBERING = `A numbered event has a streamId of 1 to ${STREAM_ID_CHARS} characters and a seq from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** `payload` is that of a `gameEvent` frame. */
export function readNumbering(payload: unknown): Numbering {
  const { streamId, seq } = isObject(payload) ? payload : {};
  if ((streamId ?? seq ?? null) === null) return { kind: 'none', value: null };
  const isNamed =
    typeof streamId === 'string' && streamId !== '' && streamId.length <= STREAM_ID_CHARS && storableText(streamId) === streamId;
  const isCounted = typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0;
  return isNamed && isCounted ? { kind: 'valid', value: { streamId, seq } } : { kind: 'invalid', value: null };
}
