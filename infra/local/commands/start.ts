import { HELP, readOptions } from '../options.ts';
import { Problem } from '../problem.ts';
import { start } from '../start.ts';

/** npm and the terminal both hand on a Ctrl-C: what comes this soon after the first is the same one. */
const SAME_PRESS_MS = 500;

const stop = new AbortController();
let firstAt = 0;
const onSignal = (): void => {
  const now = Date.now();
  if (firstAt === 0) {
    firstAt = now;
    stop.abort();
  } else if (now - firstAt > SAME_PRESS_MS) {
    // The services end with their leash, the servers are ended by the next start.
    process.exit(130);
  }
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

const fail = (error: unknown): void => {
  if (stop.signal.aborted && error instanceof Error && error.name === 'AbortError') return;
  process.exitCode = 1;
  console.error(error instanceof Problem ? error.message : error);
};

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) console.log(HELP);
  else await start({ options, signal: stop.signal, print: (line) => console.log(line) });
} catch (error) {
  fail(error);
}
process.exit();
