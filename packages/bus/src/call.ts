import { setTimeout as delay } from 'node:timers/promises';
import { headers, type Msg, type MsgHdrs, NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import type { RequestContract } from '@takaro/contracts/contract';
import { isErrorCode, ServiceError } from '@takaro/contracts/errors';
import { PLATFORM, requestSubject } from '@takaro/contracts/subjects';
import { matches, validate } from '@takaro/contracts/validate';
import { Type, type Static } from 'typebox';
import type { CallOptions, InnerBus } from './bus.ts';
import { answered } from './later.ts';
import { patientUntil } from './patience.ts';
import { traceparent } from './trace.ts';
import { HEADERS } from './wire.ts';

const ErrorBody = Type.Object({
  params: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
  details: Type.Optional(Type.Unknown()),
});

/** While a service restarts nobody listens; idempotent requests ask again after these waits. */
const REPEAT_DELAYS_MS = [50, 150, 400];
/** And whatever is patient again and again after this one. */
const PATIENT_DELAY_MS = 250;

export async function call<Out>(
  bus: InnerBus,
  contract: RequestContract<never, Out>,
  input: unknown,
  { domainId = PLATFORM, token, timeoutMs = contract.timeoutMs }: CallOptions,
): Promise<Out> {
  const text = JSON.stringify(validate<unknown>(contract.input, input));
  const sent = headers();
  sent.set(HEADERS.trace, traceparent());
  if (patientUntil() > 0) sent.set(HEADERS.patience, String(patientUntil()));
  const payload = bus.parts.wrap(text, sent);
  const repeats = contract.idempotent ? REPEAT_DELAYS_MS : [];
  const reply = await ask(bus, requestSubject(contract, domainId), payload, { headers: sent, token, timeoutMs, repeats });
  const body = await bus.parts.unwrap(reply);
  const code = reply.headers?.get(HEADERS.error);
  if (code) throw errorOf(code, body);
  return validateReply<Out>(contract, body);
}

async function ask(
  bus: InnerBus,
  subject: string,
  payload: string | Buffer,
  options: Pick<CallOptions, 'token'> & { headers: MsgHdrs; timeoutMs: number; repeats: readonly number[] },
): Promise<Msg> {
  for (let turn = 0; ; turn += 1) {
    try {
      const { headers: sent, timeoutMs: timeout, token } = options;
      if (token) sent.set(HEADERS.token, typeof token === 'string' ? token : token());
      sent.set(HEADERS.deadline, String(Date.now() + timeout));
      return await bus.link.within(async () => {
        const until = performance.now() + timeout;
        return answered(bus.nats, await bus.nats.request(subject, payload, { headers: sent, timeout }), until);
      });
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      const waitMs = options.repeats[turn] ?? (Date.now() < patientUntil() ? PATIENT_DELAY_MS : undefined);
      if (!isNoResponders(error) || waitMs === undefined) throw translate(error, subject);
      await delay(waitMs);
    }
  }
}

const isNoResponders = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());

const translate = (error: unknown, subject: string): ServiceError =>
  new ServiceError(error instanceof TimeoutError ? 'DEADLINE_EXCEEDED' : 'UNAVAILABLE', {
    cause: new Error(`no answer on ${subject}`, { cause: error }),
  });

function errorOf(code: string, body: unknown): ServiceError {
  if (!isErrorCode(code) || !matches<Static<typeof ErrorBody>>(ErrorBody, body)) return new ServiceError('INTERNAL', { cause: code });
  return new ServiceError(code, { params: body.params, details: body.details });
}

/** An answer that breaks its contract is the answering service's bug, not the caller's. */
function validateReply<Out>(contract: RequestContract<never, Out>, body: unknown): Out {
  if (matches<Out>(contract.output, body)) return body;
  throw new ServiceError('INTERNAL', { cause: new Error(`${contract.service}.${contract.operation} broke its contract`) });
}
