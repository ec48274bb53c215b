import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import type { ServiceName } from '@takaro/contracts/services';
import type { Logger } from 'pino';
import { type Bus, type InnerBus, type Observer, remember } from './bus.ts';
import { call } from './call.ts';
import { coalesceWrites } from './coalesce.ts';
import { hearEnded } from './ended-attempts.ts';
import type { KeyRing } from './key-ring.ts';
import type { PrivateSigningKey, PublicSigningKey } from './keys.ts';
import { Lanes } from './lanes.ts';
import { LaterAnswers } from './later.ts';
import { Link } from './link.ts';
import { PartStore } from './parts.ts';
import { publishTo, publishTogether } from './publish.ts';
import { createServiceTokens } from './service-tokens.ts';
import { createVerifier } from './verifier.ts';

export interface BusOptions {
  readonly service: ServiceName;
  /** `nats://host:port`, several separated by commas. */
  readonly url: string;
  /** The text of a .creds file, asked for at each connect: one that was replaced is taken up when the server ends the connection. */
  readonly credentials: string | (() => string);
  readonly log: Logger;
  /** The service's own keys; the first of kind `service` signs its tokens. */
  readonly signingKeys: KeyRing<PrivateSigningKey> | readonly PrivateSigningKey[];
  readonly trustedKeys: KeyRing<PublicSigningKey> | readonly PublicSigningKey[];
  readonly observe?: Observer;
  /**
   * The name of this copy of the service, unique among those that live. A process that starts under the name of a dead one takes its
   * lanes at once. @default none: it waits until the lease of the dead one is over
   */
  readonly replica?: string | undefined;
}

/**
 * A server that takes the connection and says nothing, as one that was killed or only begins may, is left for another by then. The client
 * would wait for 20 s. A server itself ends what has not signed in after two.
 */
const GREETING_MS = 3_000;

/** Connects and stays connected: after an outage the client comes back by itself, for ever. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { credentials } = options;
  const nats = await connect({
    servers: options.url.split(','),
    name: options.service,
    authenticator: credsAuthenticator(() => new TextEncoder().encode(typeof credentials === 'string' ? credentials : credentials())),
    inboxPrefix: `_INBOX.${options.service}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    timeout: GREETING_MS,
    ignoreAuthErrorAbort: true,
    waitOnFirstConnect: true,
    // Else every timer of a request makes an Error for its stack trace.
    noAsyncTraces: true,
  });
  coalesceWrites(nats);
  const js = jetstream(nats, { timeout: 5_000 });
  const link = new Link(nats);
  const tokens = await createServiceTokens(options);
  let lanes: Lanes | undefined;
  const bus: InnerBus = remember({
    nats,
    service: options.service,
    log: options.log,
    link,
    jetstream: js,
    parts: new PartStore(nats, options.service),
    later: new LaterAnswers(nats, options.service),
    verifier: createVerifier(options.trustedKeys, hearEnded(nats, options.service)),
    observe: options.observe,
    replica: options.replica,
    get lanes() {
      return (lanes ??= new Lanes(bus));
    },
    call: (contract, input, callOptions = {}) => call(bus, contract, input, callOptions),
    callAny: (contract, input, callOptions = {}) => call(bus, contract, input, callOptions),
    serviceToken: tokens,
    publish: (subject, payload, { msgId, once = false }) => publishTo(subject, payload, { js, link, msgId, once }),
    publishTogether: (messages, { msgId, once = false }) => publishTogether(messages, { js, link, msgId, once }),
    // Whoever stops while NATS is away has nothing to drain.
    [Symbol.asyncDispose]: async () => {
      if (!nats.isClosed()) await (link.isUp ? nats.drain() : nats.close());
    },
  });
  return bus;
}
