import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/** The W3C `traceparent` of what is being done, or a new one: it goes out with every message. */
export const traceparent = (): string => current.getStore() ?? `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** Runs something as part of the trace that a message came with. */
export const withTrace = <T>(parent: string | undefined, work: () => T): T => (parent ? current.run(parent, work) : work());
