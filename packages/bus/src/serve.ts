import { headers, type Msg } from '@nats-io/transport-node';
import type { AnyRequest, RequestContract } from '@takaro/contracts/contract';
import { type ErrorCode, ServiceError } from '@takaro/contracts/errors';
import { domainOf, isDomainId, PLATFORM, requestSubject } from '@takaro/contracts/subjects';
import type { TokenClaims } from '@takaro/contracts/token';
import { matches, validate } from '@takaro/contracts/validate';
import { authorize } from './authorize.ts';
import { type Bus, type InnerBus, innerOf } from './bus.ts';
import { type Outgoing, send, SOON_MS } from './later.ts';
import { patiently } from './patience.ts';
import { withTrace } from './trace.ts';
import { HEADERS } from './wire.ts';

/** Who asks. The domain is read from the subject, never from the payload, and equals the token's. */
export interface Caller {
  /** `_` for operations of platform scope. */
  readonly domainId: string;
  /** Null for public operations. */
  readonly claims: TokenClaims | null;
  readonly token: string | null;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

export type Handler<C> = C extends RequestContract<infer In, infer Out> ? (input: In, caller: Caller) => Promise<Out> : never;

/** An operation and what answers it. */
export interface Answer {
  readonly contract: AnyRequest;
  readonly handle: (input: unknown, caller: Caller) => Promise<unknown>;
}

export const answers = <In, Out>(contract: RequestContract<In, Out>, handle: (input: In, caller: Caller) => Promise<Out>): Answer => ({
  contract,
  handle: (input, caller) => handle(validate<In>(contract.input, input), caller),
});

/**
 * Answers operations until disposed; what was begun is finished. Before a handler runs: deadline, token, kind, domain, permission,
 * schema. A failure crosses the wire as a code; what caused it stays in the log.
 */
export async function serve(bus: Bus, list: readonly Answer[]): Promise<AsyncDisposable> {
  const running = new Set<Promise<void>>();
  const subscriptions = list.map((answer) => {
    if (answer.contract.service !== bus.service) throw new Error(`${bus.service} does not own ${answer.contract.operation}`);
    return bus.nats.subscribe(requestSubject(answer.contract, '*'), {
      queue: bus.service,
      callback: (_error, message) => {
        const patience = Number(message.headers?.get(HEADERS.patience) || 0);
        const work = withTrace(message.headers?.get(HEADERS.trace), () => patiently(patience, () => reply(innerOf(bus), answer, message)));
        running.add(work);
        void work.finally(() => running.delete(work));
      },
    });
  });
  await bus.nats.flush();
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.drain()));
      await Promise.all(running);
    },
  };
}

async function reply(bus: InnerBus, answer: Answer, message: Msg): Promise<void> {
  const outgoing = answerTo(bus, answer, message);
  if (deadlineOf(answer, message) - Date.now() > SOON_MS) await bus.later.answer(message, outgoing);
  else send(message, await outgoing);
}

/** The answer or the refusal; never rejects. */
async function answerTo(bus: InnerBus, answer: Answer, message: Msg): Promise<Outgoing> {
  const begun = performance.now();
  const domainId = domainOf(message.subject);
  const sent = headers();
  let code: ErrorCode | null = null;
  let payload: string | Buffer;
  try {
    payload = bus.parts.wrap(JSON.stringify(await handle(bus, answer, message, domainId)), sent);
  } catch (error) {
    const known = knownOf(bus, answer, error);
    code = known.code;
    sent.set(HEADERS.error, code);
    payload = JSON.stringify({
      ...(known.params && { params: known.params }),
      ...(known.details !== undefined && { details: known.details }),
    });
  }
  bus.observe?.(answer.contract, code);
  const line = { domainId, operation: answer.contract.operation, durationMs: Math.round(performance.now() - begun), ...(code && { code }) };
  bus.log[code ? 'info' : 'debug'](line);
  return { payload, headers: sent };
}

const deadlineOf = ({ contract }: Answer, message: Msg): number =>
  Number(message.headers?.get(HEADERS.deadline) || Date.now() + contract.timeoutMs);

async function handle(bus: InnerBus, answer: Answer, message: Msg, domainId: string): Promise<unknown> {
  const { contract, handle: run } = answer;
  const deadline = deadlineOf(answer, message);
  if (deadline < Date.now()) throw new ServiceError('DEADLINE_EXCEEDED');
  if (contract.scope === 'platform' ? domainId !== PLATFORM : !isDomainId(domainId)) throw new ServiceError('DOMAIN_UNKNOWN');
  const token = message.headers?.get(HEADERS.token) || null;
  const claims = await authorize(contract, domainId, token, bus.verifier);
  const output = await run(await bus.parts.unwrap(message), { domainId, claims, token, deadline });
  if (matches(contract.output, output)) return output;
  throw new Error(`the answer of ${contract.operation} does not match its contract`);
}

function knownOf(bus: InnerBus, { contract }: Answer, error: unknown): ServiceError {
  const known = error instanceof ServiceError ? error : new ServiceError('INTERNAL', { cause: error });
  if (known.code === 'INTERNAL') bus.log.error({ operation: contract.operation, err: error });
  return known;
}
