import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { AnyRequest } from '@takaro/contracts/contract';
import { requestSubject } from '@takaro/contracts/subjects';

export interface RawAnswer {
  /** Null for a good answer. */
  readonly code: string | null;
  /** Null for an answer that is too large for one message. */
  readonly body: unknown;
}

export interface RawInput {
  readonly domainId: string;
  readonly token?: string | undefined;
  readonly payload: string;
  /** @default ten times that of the contract */
  readonly timeoutMs?: number;
}

/**
 * Asks as somebody would who has credentials of the bus and none of our code: nothing is checked before it is sent. On a busy machine the
 * answer may come late, and is asked for again where it says so.
 * @throws TimeoutError, RequestError when nobody listens
 */
export async function rawRequest(
  nats: NatsConnection,
  contract: AnyRequest,
  { domainId, token, payload, timeoutMs: timeout = contract.timeoutMs * 10 }: RawInput,
): Promise<RawAnswer> {
  const sent = headers();
  if (token !== undefined) sent.set('Takaro-Token', token);
  let reply = await nats.request(requestSubject(contract, domainId), payload, { headers: sent, timeout });
  for (let later = laterOf(reply); later; later = laterOf(reply)) reply = await nats.request(later.subject, later.id, { timeout });
  const text = reply.string();
  return { code: reply.headers?.get('Takaro-Error') || null, body: text === '' ? null : JSON.parse(text) };
}

function laterOf(reply: Msg): { subject: string; id: string } | null {
  const [subject = '', id = ''] = reply.headers?.get('Takaro-Later').split(' ') ?? [];
  return subject === '' ? null : { subject, id };
}
