export { type Clock, systemClock } from './clock.ts';
export type { ServiceContext, StartService } from './context.ts';
export {
  type Configuration,
  databaseFrom,
  type Environment,
  fileFrom,
  numberFrom,
  readConfiguration,
  required,
  signingKeysFrom,
} from './environment.ts';
export { createGate, type Gate } from './gate.ts';
export { serveHealth } from './health.ts';
export { createReadiness, type Readiness } from './readiness.ts';
export { runService } from './run-service.ts';
export { startTicker } from './ticker.ts';
