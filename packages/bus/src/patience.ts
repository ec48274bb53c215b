import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<number>();

/** Until when (ms since the epoch) what is being done waits for a service that starts again; 0 where it is told at once. */
export const patientUntil = (): number => current.getStore() ?? 0;

/**
 * Runs something that would rather wait until a moment than be told that a service does not answer. It holds for whatever is asked for on
 * its behalf, in other services too, and only where it is sure that nobody has seen the request.
 */
export const patiently = <T>(untilMs: number, work: () => T): T => (untilMs > Date.now() ? current.run(untilMs, work) : work());
