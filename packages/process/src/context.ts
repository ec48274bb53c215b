import type { Bus } from '@takaro/bus';
import type { Limits } from '@takaro/contracts/limits';
import type { ServiceName } from '@takaro/contracts/services';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from './clock.ts';
import type { Environment } from './environment.ts';
import type { Readiness } from './readiness.ts';

/** What a service is given by the process that hosts it. */
export interface ServiceContext {
  readonly name: ServiceName;
  readonly env: Environment;
  readonly log: Logger;
  readonly limits: Limits;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly readiness: Readiness;
  /** The metrics of this process; those of all processes come together at the gateway. */
  readonly metrics: Registry;
}

/** Starts a service; disposing what it returns ends it gracefully. */
export type StartService = (context: ServiceContext) => Promise<AsyncDisposable>;
