import { readFile } from 'node:fs/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import ivm from 'isolated-vm';
import { openRecorder, SOURCE } from './job.ts';
import { tell } from './worker-process.ts';

const [natsUrl = '', credentialsFile = '', databaseUrl = ''] = process.argv.slice(2);
const recorder = await openRecorder(databaseUrl, 'bare');
const nats = await connect({ servers: natsUrl, authenticator: credsAuthenticator(await readFile(credentialsFile)) });
const js = jetstream(nats);

/** Contexts leak in an isolate, so it is renewed after as many runs as fit twice into its memory. */
const CONTEXTS = 100;
const makeIsolate = () => ({ isolate: new ivm.Isolate({ memoryLimit: 128 }), left: CONTEXTS });
let current = makeIsolate();

async function runInContext(item: number): Promise<unknown[]> {
  if (current.left === 0) {
    current.isolate.dispose();
    current = makeIsolate();
  }
  current.left -= 1;
  const context = await current.isolate.createContext();
  const script = await current.isolate.compileScript(
    `globalThis.logs = []; globalThis.console = { log: (...args) => logs.push(args) }; globalThis.input = ${item};` +
      `${SOURCE}.then(() => JSON.stringify(logs))`,
  );
  const logs: unknown = JSON.parse(String(await script.run(context, { promise: true, timeout: 1_000 })));
  context.release();
  return Array.isArray(logs) ? logs : [];
}

const events = await js.consumers.get('BENCH_EVENT', 'bench');
await events.consume({
  callback: (message) => {
    void js.publish('bench.BENCH_JOB', message.data).then(() => message.ack());
  },
});
const jobs = await js.consumers.get('BENCH_JOB', 'bench');
// One run at a time in one isolate, as V8 has it; the commits overlap.
let turn: Promise<unknown[]> = Promise.resolve([]);
await jobs.consume({
  callback: (message) => {
    const { item } = message.json<{ item: number }>();
    turn = turn.then(() => runInContext(item));
    void turn.then(async (logs) => {
      await recorder.record(item, logs);
      message.ack();
      tell(item);
    });
  },
});
process.once('SIGTERM', () => process.exit(0));
tell('ready');
