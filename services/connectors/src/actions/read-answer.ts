import { ACTIONS, type ActionName, type ActionReply } from '@takaro/contracts/gameservers/actions';
import { matches } from '@takaro/contracts/validate';
import type { KnownNames } from '../events/known-names.ts';
import type { Frame } from '../frames.ts';
import { isObject, readText } from '../reading.ts';
import { resultOf } from './results.ts';

const REASON_CHARS = 1_000;

/** What the answer means, and what to tell the connector where it cannot be read. */
export interface Answer {
  readonly reply: ActionReply;
  readonly complaint?: string;
}

/** Reads an answer in any of the shapes that connectors give; the type of the frame says nothing but `error`. */
export function readAnswer(action: ActionName, answer: Frame, known: KnownNames): Answer {
  const failure = failureOf(action, answer);
  // A player who is not there is what several connectors report as an error.
  if (failure !== null && action === 'getPlayer') return { reply: { result: null } };
  if (failure !== null) return { reply: { failure: 'failed', reason: failure.slice(0, REASON_CHARS) } };
  const result = resultOf(action, answer.payload, known);
  if (matches(ACTIONS[action].result, result)) return { reply: { result } };
  return { reply: { failure: 'invalid-answer' }, complaint: complaintOf(action, answer.payload) };
}

/** The game's words for why it did not do it; null when it did. */
function failureOf(action: ActionName, { type, error, payload }: Frame): string | null {
  const fields = isObject(payload) ? payload : {};
  const inPayload = fields['error'] ? fields : null;
  const refused = action !== 'executeConsoleCommand' && fields['success'] === false;
  if (type !== 'error' && !error && !inPayload && !refused) return null;
  return (
    wordsOf(error) ??
    wordsOf(fields['error']) ??
    readText(fields['message']) ??
    readText(fields['errorCode']) ??
    wordsOf(payload) ??
    'no reason given'
  );
}

/** A failure is a text, or an object with a message or a code. */
const wordsOf = (value: unknown): string | undefined =>
  isObject(value) ? (readText(value['message']) ?? readText(value['code'])) : typeof value === 'string' ? readText(value) : undefined;

function complaintOf(action: ActionName, payload: unknown): string {
  if (payload === undefined || payload === null) return `No payload provided for action ${action}`;
  const expected: object = ACTIONS[action].result;
  if ('type' in expected && expected.type === 'array' && !Array.isArray(payload))
    return `Expected array for action ${action} but got ${typeof payload}`;
  return `The payload does not match what action ${action} answers`;
}
