import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { AnyRequest, RequestContract } from '@takaro/contracts/contract';
import type { ErrorCode } from '@takaro/contracts/errors';
import type { ServiceName } from '@takaro/contracts/services';
import type { Logger } from 'pino';
import type { Publishable } from './batch.ts';
import type { Lanes } from './lanes.ts';
import type { LaterAnswers } from './later.ts';
import type { Link } from './link.ts';
import type { PartStore } from './parts.ts';
import type { TokenVerifier } from './verifier.ts';

export interface CallOptions {
  /** Left out for operations of platform scope. */
  readonly domainId?: string | undefined;
  /** Asked for at each try: one may be over while a service is waited for. */
  readonly token?: string | (() => string) | undefined;
  /** @default the contract's */
  readonly timeoutMs?: number | undefined;
}

export interface PublishOptions {
  readonly msgId: string;
  /** For who keeps an order and tries again by itself. @default false */
  readonly once?: boolean;
}

/** Told of every answer, for tests that count which operation answered with which code. */
export type Observer = (contract: AnyRequest, code: ErrorCode | null) => void;

/** A service's end of the bus. */
export interface Bus extends AsyncDisposable {
  readonly nats: NatsConnection;
  readonly service: ServiceName;
  readonly log: Logger;
  /** Whether the connection stands. */
  readonly link: Link;
  /**
   * Asks the owning service.
   * @throws ServiceError one of the contract's errors, or of COMMON_ERRORS
   */
  call<In, Out>(contract: RequestContract<In, Out>, input: In, options?: CallOptions): Promise<Out>;
  /** The same for a contract that is known only at run time: the input is validated like any other. */
  callAny(contract: AnyRequest, input: unknown, options?: CallOptions): Promise<unknown>;
  /**
   * A token of kind service for the domain (`_` for the platform), used until shortly before it expires. `depth` is that of what made this
   * service ask, where it stands in a chain of causes: what is told of the answer is one deeper.
   */
  serviceToken(domainId: string, depth?: number): Promise<string>;
  /**
   * Stores a message in the stream of its subject and waits for the acknowledgement. The same `msgId` is stored once within the
   * stream's dedupe window, which is why it is tried three times, unless `once` is set.
   * @throws ServiceError UNAVAILABLE, INVALID_MESSAGE when it is larger than a stream takes
   */
  publish(subject: string, payload: unknown, options: PublishOptions): Promise<{ seq: number; duplicate: boolean }>;
  /**
   * Stores several messages, whose subjects differ in their last token only, as one. Who consumes them is given each, in their order.
   * The same `msgId` must mean the same messages.
   * @throws ServiceError UNAVAILABLE, INVALID_MESSAGE when they are larger than a stream takes
   */
  publishTogether(messages: readonly Publishable[], options: PublishOptions): Promise<void>;
}

/** What the functions of this package need besides; other packages see a `Bus`. */
export interface InnerBus extends Bus {
  readonly jetstream: JetStreamClient;
  readonly parts: PartStore;
  readonly later: LaterAnswers;
  readonly verifier: TokenVerifier;
  readonly observe: Observer | undefined;
  readonly lanes: Lanes;
  /** The name of this copy of the service, if it was given one. */
  readonly replica: string | undefined;
}

const inner = new WeakMap<Bus, InnerBus>();

export const remember = (bus: InnerBus): InnerBus => {
  inner.set(bus, bus);
  return bus;
};

export function innerOf(bus: Bus): InnerBus {
  const known = inner.get(bus);
  if (!known) throw new Error('This bus was not made by connectBus');
  return known;
}
