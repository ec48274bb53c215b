import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import { type ServiceContext, startTicker } from '@takaro/process';

/** Sessions that are looked at together. */
const AT_ONCE = 20;

/** Who watches a domain. */
export interface Viewer {
  readonly domainId: string;
  /** Who it is now. @throws ServiceError when the session is over */
  recheck(): Promise<{ readonly domainId: string }>;
  /** Ends its connection. */
  cut(): void;
}

export interface Viewers extends AsyncDisposable {
  /** @throws ServiceError LIVE_FEED_FULL */
  requireRoom(domainId: string): void;
  /** Until it is disposed. @throws ServiceError LIVE_FEED_FULL */
  add(viewer: Viewer): Disposable;
}

interface Options extends Pick<ServiceContext, 'log'> {
  readonly mostOfDomain: number;
  /** A session that ended is cut off after this long, and what the sign-in remembers. */
  readonly checkMs: number;
}

/** All who watch through this process: so many of a domain, and each only as long as its session lasts and is one of this domain. */
export function createViewers({ mostOfDomain, checkMs, log }: Options): Viewers {
  const byDomain = new Map<string, Set<Viewer>>();
  const all = (): Viewer[] => [...byDomain.values()].flatMap((viewers) => [...viewers]);
  const requireRoom = (domainId: string): void => {
    if ((byDomain.get(domainId)?.size ?? 0) >= mostOfDomain) throw new ServiceError('LIVE_FEED_FULL', { params: { limit: mostOfDomain } });
  };
  const ticker = startTicker({
    name: 'live viewers',
    everyMs: checkMs,
    log,
    tick: async () => {
      const viewers = all();
      for (let index = 0; index < viewers.length; index += AT_ONCE)
        await Promise.all(viewers.slice(index, index + AT_ONCE).map(checkViewer));
    },
  });
  return {
    requireRoom,
    add: (viewer) => {
      requireRoom(viewer.domainId);
      const viewers = byDomain.get(viewer.domainId) ?? new Set();
      byDomain.set(viewer.domainId, viewers.add(viewer));
      return {
        [Symbol.dispose]: () => {
          viewers.delete(viewer);
          if (viewers.size === 0 && byDomain.get(viewer.domainId) === viewers) byDomain.delete(viewer.domainId);
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await ticker[Symbol.asyncDispose]();
      for (const viewer of all()) viewer.cut();
    },
  };
}

/** Who cannot be asked about at the moment is let be; who is refused, or would see another domain by now, is not. */
async function checkViewer(viewer: Viewer): Promise<void> {
  try {
    const { domainId } = await viewer.recheck();
    if (domainId !== viewer.domainId) viewer.cut();
  } catch (error) {
    if (error instanceof ServiceError && !ERRORS[error.code].retry) viewer.cut();
  }
}
