import { LRUCache } from 'lru-cache';
import type { FromChild, Preludes, ToChild } from '../messages.ts';
import { probeConfinement } from './confinement.ts';
import { openIsolates, type Isolates, type WarmIsolate } from './isolates.ts';
import { Run } from './run.ts';

/**
 * The process in which functions run. It holds nothing: no credentials, no environment, no state that would be missed. The parent
 * may end it at any moment, and it ends itself when the parent is gone.
 */
type RunMessage = Extract<ToChild, { type: 'run' }>;

const WATCH_MS = 20;
// What a shell on the way here may have left.
for (const name of Object.keys(process.env)) delete process.env[name];
const runs = new Map<number, Promise<Run>>();
const codes = new LRUCache<string, string>({ maxSize: 67_108_864, sizeCalculation: (code) => code.length + 1 });
let isolates: Isolates | undefined;
let watching: NodeJS.Timeout | undefined;
let usageUs = 0;

const send = (message: FromChild): void => {
  process.send?.(message);
};

function prepare(preludes: Preludes): void {
  isolates = openIsolates(preludes);
  send({ type: 'ready', confinement: probeConfinement() });
}

function begin(message: RunMessage): void {
  const { runId, codeHash } = message;
  if (message.code !== undefined) codes.set(codeHash, message.code);
  const code = codes.get(codeHash);
  if (code === undefined) return send({ type: 'needs-code', runId });
  const run = open(message, code);
  runs.set(runId, run);
  run.catch((error: unknown) => {
    runs.delete(runId);
    const text = error instanceof Error ? error.message : String(error);
    const reason = error instanceof SyntaxError ? `SyntaxError: ${text}: invalid javascript` : text;
    send({ type: 'ended', runId, json: null, reason, cpuMs: 0 });
  });
  startWatch();
}

async function open(message: RunMessage, code: string): Promise<Run> {
  const { isolateKey, prelude, limits } = message;
  if (!isolates) throw new Error('The process is not prepared');
  const warm = isolates.take(isolateKey, { prelude, memoryMb: limits.memoryMb });
  try {
    return await openIn(warm, message, code);
  } catch (error) {
    if (!warm.isolate.isDisposed) warm.isolate.dispose();
    throw error;
  }
}

async function openIn(warm: WarmIsolate, { runId, codeHash, input, limits }: RunMessage, code: string): Promise<Run> {
  const script = warm.scripts.get(codeHash) ?? (await warm.isolate.compileScript(code, { filename: 'function.js', lineOffset: -1 }));
  warm.scripts.set(codeHash, script);
  const onEnd = (isClean: boolean): void => {
    runs.delete(runId);
    if (isClean) isolates?.giveBack(warm);
    else if (!warm.isolate.isDisposed) warm.isolate.dispose();
    if (runs.size === 0) stopWatch();
  };
  const run = new Run({ runId, warm, limits, send, onEnd });
  await run.start(script, input);
  return run;
}

function startWatch(): void {
  if (watching) return;
  usageUs = usage();
  watching = setInterval(() => {
    const before = usageUs;
    usageUs = usage();
    for (const run of runs.values())
      void run.then(
        (open) => open.watch((usageUs - before) / 1_000),
        () => undefined,
      );
  }, WATCH_MS);
}

function stopWatch(): void {
  clearInterval(watching);
  watching = undefined;
}

function usage(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

process.on('message', (message: ToChild) => {
  if (message.type === 'prepare') prepare(message.preludes);
  else if (message.type === 'run') begin(message);
  else if (message.type === 'reply') void runs.get(message.runId)?.then((run) => run.answer(message.callId, message.json));
  else void runs.get(message.runId)?.then((run) => run.end(message.reason));
});
// A process whose isolate is stuck does not exit by itself, and the first of a namespace cannot be killed from inside.
process.on('disconnect', () => process.abort());
