import type { Bus } from '@takaro/bus';
import { getMetrics, getReadiness } from '@takaro/contracts/platform';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import type { ServiceContext } from '@takaro/process';
import type { FastifyInstance } from 'fastify';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** A service that does not answer within this time counts as not ready. */
const ASK_MS = 1_000;

/** `/healthz`: this process lives. `/readyz`: every service is ready. `/metrics`: those of all services. None has an envelope. */
export function mountHealth(server: FastifyInstance, { bus, log, metrics }: ServiceContext): void {
  server.get('/healthz', async () => ({ healthy: true }));
  server.get('/readyz', async () => {
    const verdicts = await Promise.all(SERVICE_NAMES.map(async (service) => reasonsOf(bus, service)));
    const reasons = verdicts.flat();
    if (reasons.length > 0) log.info({ reasons }, 'not ready');
    return { healthy: reasons.length === 0 };
  });
  server.get('/metrics', async (_request, reply) => {
    const texts = await collect(bus, metrics);
    return reply.type(metrics.contentType).send(texts);
  });
}

async function reasonsOf(bus: Bus, service: ServiceName): Promise<string[]> {
  try {
    const { ready, reasons } = await bus.call(getReadiness(service), {}, { timeoutMs: ASK_MS });
    return ready ? [] : reasons.map((reason) => `${service}: ${reason}`);
  } catch {
    // Not answering is the answer.
    return [`${service}: does not answer`];
  }
}

async function collect(bus: Bus, own: Registry): Promise<string> {
  const answers = await Promise.allSettled(
    SERVICE_NAMES.map(async (service) =>
      service === 'gateway' ? own.getMetricsAsJSON() : bus.call(getMetrics(service), {}, { timeoutMs: ASK_MS }),
    ),
  );
  const answered = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [[...answer.value]] : []));
  return AggregatorRegistry.aggregate(answered).metrics();
}
