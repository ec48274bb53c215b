import { once } from 'node:events';
import { connectBus } from '@takaro/bus';
import { readLimits } from '@takaro/contracts/limits';
import type { ServiceName } from '@takaro/contracts/services';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { systemClock } from './clock.ts';
import type { ServiceContext, StartService } from './context.ts';
import { readConfiguration } from './environment.ts';
import { serveHealth } from './health.ts';
import { createReadiness } from './readiness.ts';

/** How often a process looks how late its event loop is: each look wakes it up, a hundred times a second if nothing is said. */
const LAG_EVERY_MS = 100;
/** A process that hangs while it stops is ended after this long; its work is redelivered. */
const STOP_MS = 15_000;

/**
 * The life of a service process: configuration, log, bus, service, health, and a graceful stop on SIGTERM or SIGINT. What was begun is
 * finished, then the bus drains, then the process exits with 0. A configuration at fault is one clear line and exit 1.
 */
export async function runService(name: ServiceName, start: StartService): Promise<void> {
  const log = pino({ name, level: process.env['TAKARO_LOG_LEVEL'] ?? 'info' });
  try {
    await runUntilSignal(name, start, log);
    log.info('stopped');
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : 'the service failed');
    process.exitCode = 1;
  }
  // Whatever still holds the event loop is none of the service's work any more.
  log.flush(() => process.exit());
}

async function runUntilSignal(name: ServiceName, start: StartService, log: ServiceContext['log']): Promise<void> {
  const stopping = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const configuration = readConfiguration(process.env, (error) => log.error({ err: error }, 'the keys were changed and cannot be read'));
  await using cleanup = new AsyncDisposableStack();
  const bus = cleanup.use(
    await connectBus({
      service: name,
      url: configuration.natsUrl,
      credentials: configuration.natsCredentials,
      log,
      signingKeys: configuration.signingKeys,
      trustedKeys: configuration.trustedKeys,
      replica: process.env['TAKARO_REPLICA'],
    }),
  );
  const metrics = new Registry();
  metrics.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  const context: ServiceContext = {
    name,
    env: process.env,
    log,
    limits: readLimits(process.env),
    bus,
    clock: systemClock,
    readiness: createReadiness(),
    metrics,
  };
  cleanup.use(await start(context));
  cleanup.use(await serveHealth(context));
  log.info('started');
  await stopping;
  log.info('stopping');
  setTimeout(() => {
    log.error('did not stop in time');
    process.exit(1);
  }, STOP_MS).unref();
}
