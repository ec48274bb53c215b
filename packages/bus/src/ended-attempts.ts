import type { NatsConnection } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import { SERVICES, type ServiceName } from '@takaro/contracts/services';
import { domainOf, ENDED_SUBJECTS, endedSubject } from '@takaro/contracts/subjects';
import { matches } from '@takaro/contracts/validate';
import { Type, type Static } from 'typebox';
import type { Bus } from './bus.ts';
import { ShortLived } from './short-lived.ts';

const Ended = Type.Array(Type.Object({ executionId: Type.String(), attempt: Type.Integer() }));
export type EndedAttempt = Static<typeof Ended>[number];

/** Tokens of executions live no longer than this, so no more of them than end in that time have to be known. */
const KNOWN = 100_000;

/** Attempts of executions that are over: whatever holds one of their tokens is refused before the token ends by itself. */
export class EndedAttempts {
  readonly #attempts = new ShortLived<number>({ most: KNOWN, livesMs: LIMITS.tokenLifetimeS * 1_000 });

  add(domainId: string, { executionId, attempt }: EndedAttempt): void {
    const key = `${domainId} ${executionId}`;
    this.#attempts.set(key, Math.max(attempt, this.#attempts.get(key) ?? 0));
  }

  has(domainId: string, { executionId, attempt }: EndedAttempt): boolean {
    return attempt <= (this.#attempts.get(`${domainId} ${executionId}`) ?? 0);
  }
}

/** Hears which attempts ended, where the service answers executions at all. */
export function hearEnded(nats: NatsConnection, service: ServiceName): EndedAttempts {
  const ended = new EndedAttempts();
  const listens: readonly string[] = SERVICES[service].listens;
  if (!listens.includes(ENDED_SUBJECTS)) return ended;
  nats.subscribe(ENDED_SUBJECTS, {
    callback: (_error, message) => {
      const list: unknown = message.json();
      if (matches<EndedAttempt[]>(Ended, list)) for (const one of list) ended.add(domainOf(message.subject), one);
    },
  });
  return ended;
}

/** Tells every service that tokens of these attempts are over. At most once: who misses it takes them until they end by themselves. */
export function tellEnded(bus: Bus, domainId: string, attempts: readonly EndedAttempt[]): void {
  if (attempts.length > 0) bus.nats.publish(endedSubject(domainId), JSON.stringify(attempts));
}
