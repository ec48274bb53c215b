import autocannon from 'autocannon';
import type { Loop } from './stats.ts';

/** One kind of request; `path` and `body` are asked for anew for each. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly path: () => string;
  readonly body?: () => object;
}

/** Short, so that a round ends soon after its last answer. */
const SAMPLE_MS = 50;

/** Sends `count` requests over `connections` connections. @throws Error when anything but 200 comes back */
export async function httpLoad({ url, method, headers, path, body }: HttpRequest, count: number, connections: number): Promise<Loop> {
  const times: number[] = [];
  const begun = performance.now();
  let lastAt = begun;
  const setupRequest = (request: autocannon.Request): autocannon.Request => ({
    ...request,
    path: path(),
    ...(body && { body: JSON.stringify(body()) }),
  });
  const sent = { ...headers, ...(body && { 'content-type': 'application/json' }) };
  const { promise: done, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const running = autocannon(
    {
      url,
      amount: count,
      connections: Math.min(count, connections),
      sampleInt: SAMPLE_MS,
      requests: [{ method, headers: sent, setupRequest }],
    },
    (error: Error | null, result) => (error ? reject(error) : resolve(result)),
  );
  running.on('response', (_client, _status, _bytes, responseMs) => {
    times.push(responseMs);
    lastAt = performance.now();
  });
  const { non2xx, errors } = await done;
  if (non2xx + errors > 0) throw new Error(`${method} ${path()}: ${non2xx + errors} of ${count} were not answered with 200`);
  return { times, elapsedMs: lastAt - begun };
}
