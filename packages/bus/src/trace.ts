import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

const TRACE_CHARS = 32;
const SPAN_CHARS = 16;
const DRAWN_BYTES = 6_144;

/** Random hexadecimal digits for many traces: each draw is a call into the system. */
let digits = '';
let used = 0;

function draw(count: number): string {
  if (used + count > digits.length) {
    digits = randomBytes(DRAWN_BYTES).toString('hex');
    used = 0;
  }
  used += count;
  return digits.slice(used - count, used);
}

/** The W3C `traceparent` of what is being done, or a new one: it goes out with every message. */
export const traceparent = (): string => current.getStore() ?? `00-${draw(TRACE_CHARS)}-${draw(SPAN_CHARS)}-01`;

/** Runs something as part of the trace that a message came with. */
export const withTrace = <T>(parent: string | undefined, work: () => T): T => (parent ? current.run(parent, work) : work());
