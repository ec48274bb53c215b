import { answers, serve } from '@takaro/bus';
import { getMetrics, getReadiness } from '@takaro/contracts/platform';
import type { ServiceContext } from './context.ts';

/** Answers how the process is: readiness and metrics, by the bus, so that no service needs a port of its own. */
export async function serveHealth({ name, bus, readiness, metrics }: ServiceContext): Promise<AsyncDisposable> {
  return serve(bus, [
    answers(getReadiness(name), async () => {
      const reasons = await readiness.reasons();
      return { ready: reasons.length === 0, reasons };
    }),
    answers(getMetrics(name), async () => metrics.getMetricsAsJSON()),
  ]);
}
