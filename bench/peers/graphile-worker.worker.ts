import { run, type Task } from 'graphile-worker';
import { openRecorder, runInVm } from './job.ts';
import { tell } from './worker-process.ts';

const [databaseUrl = ''] = process.argv.slice(2);
const recorder = await openRecorder(databaseUrl, 'graphile-worker');

const itemOf = (payload: unknown): number =>
  typeof payload === 'object' && payload !== null && 'item' in payload ? Number(payload.item) : -1;

const event: Task = async (payload, { addJob }) => {
  await addJob('function', { item: itemOf(payload) });
};
const runFunction: Task = async (payload) => {
  const item = itemOf(payload);
  await recorder.record(item, await runInVm(item));
  tell(item);
};

const runner = await run({
  connectionString: databaseUrl,
  concurrency: 10,
  noHandleSignals: true,
  taskList: { event, function: runFunction },
});
process.once('SIGTERM', () => {
  void runner.stop().finally(() => process.exit(0));
});
tell('ready');
