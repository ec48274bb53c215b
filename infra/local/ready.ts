import { setTimeout as delay } from 'node:timers/promises';

export interface ReadyOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 250;

const isHealthy = async (url: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'healthy' in body && body.healthy === true;
  } catch {
    // Nobody listens yet.
    return false;
  }
};

/** Asks `GET /readyz` until it is healthy. False when that took too long or the signal came. */
export const untilHealthy = async ({ url, timeoutMs, signal }: ReadyOptions): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs;
  while (!signal.aborted && Date.now() < deadline) {
    if (await isHealthy(url, signal)) return true;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
};
