import type { ServiceContext } from '@takaro/process';
import type { FastifyInstance } from 'fastify';
import type { RequestRate } from '../request-rate.ts';
import type { SignIn } from '../sign-in.ts';
import { LiveFeed } from './live-feed.ts';
import { mountSockets } from './sockets.ts';
import { mountStream } from './stream.ts';
import { createViewers, type Viewers } from './viewers.ts';

/** What the ways of watching have in common. */
export interface Live {
  readonly context: Pick<ServiceContext, 'bus' | 'limits' | 'log'>;
  readonly signIn: SignIn;
  readonly rate: Pick<RequestRate, 'count'>;
  readonly feed: LiveFeed;
  readonly viewers: Viewers;
  /** Origins that browsers may call from. */
  readonly corsOrigins: readonly string[];
}

type Parts = Pick<Live, 'context' | 'signIn' | 'rate' | 'corsOrigins'>;

/**
 * The live feed: what happens in a domain, to any session of it, by socket.io and as server-sent events. At most once: who was away asks
 * the history. Nobody is waited for: who reads too slowly is cut off.
 */
export function mountLive(server: FastifyInstance, parts: Parts): void {
  const { bus, limits, log } = parts.context;
  const live: Live = {
    ...parts,
    feed: new LiveFeed(bus),
    viewers: createViewers({ mostOfDomain: limits.liveViewers, checkMs: limits.liveCheckMs, log }),
  };
  const io = mountSockets(server, live);
  mountStream(server, live);
  server.addHook('preClose', async () => {
    await live.viewers[Symbol.asyncDispose]();
    io.engine.close();
  });
}
