import { headers, type Msg } from '@nats-io/transport-node';
import type { AnyRequest, RequestContract } from '@takaro/contracts/contract';
import { type ErrorCode, ServiceError } from '@takaro/contracts/errors';
import { domainOf, isDomainId, PLATFORM, requestSubject } from '@takaro/contracts/subjects';
import type { TokenClaims } from '@takaro/contracts/token';
import { matches, validate } from '@takaro/contracts/validate';
import { authorize } from './authorize.ts';
import { type Bus, type InnerBus, innerOf } from './bus.ts';
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
        const work = withTrace(message.headers?.get(HEADERS.trace), () => reply(innerOf(bus), answer, message));
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
  const begun = performance.now();
  const domainId = domainOf(message.subject);
  let code: ErrorCode | null = null;
  try {
    const output = await handle(bus, answer, message, domainId);
    const sent = headers();
    message.respond(bus.parts.wrap(JSON.stringify(output), sent), { headers: sent });
  } catch (error) {
    code = respondError(bus, answer, message, error);
  }
  bus.observe?.(answer.contract, code);
  const line = { domainId, operation: answer.contract.operation, durationMs: Math.round(performance.now() - begun), ...(code && { code }) };
  bus.log[code ? 'info' : 'debug'](line);
}

async function handle(bus: InnerBus, { contract, handle: run }: Answer, message: Msg, domainId: string): Promise<unknown> {
  const deadline = Number(message.headers?.get(HEADERS.deadline) || Date.now() + contract.timeoutMs);
  if (deadline < Date.now()) throw new ServiceError('DEADLINE_EXCEEDED');
  if (contract.scope === 'platform' ? domainId !== PLATFORM : !isDomainId(domainId)) throw new ServiceError('DOMAIN_UNKNOWN');
  const token = message.headers?.get(HEADERS.token) || null;
  const claims = await authorize(contract, domainId, token, bus.verifier);
  const output = await run(await bus.parts.unwrap(message), { domainId, claims, token, deadline });
  if (matches(contract.output, output)) return output;
  throw new Error(`the answer of ${contract.operation} does not match its contract`);
}

function respondError(bus: InnerBus, { contract }: Answer, message: Msg, error: unknown): ErrorCode {
  const known = error instanceof ServiceError ? error : new ServiceError('INTERNAL', { cause: error });
  if (known.code === 'INTERNAL') bus.log.error({ operation: contract.operation, err: error });
  const sent = headers();
  sent.set(HEADERS.error, known.code);
  const body = { ...(known.params && { params: known.params }), ...(known.details !== undefined && { details: known.details }) };
  message.respond(JSON.stringify(body), { headers: sent });
  return known.code;
}
