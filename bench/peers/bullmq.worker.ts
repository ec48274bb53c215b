import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { openRecorder, runInVm } from './job.ts';
import { tell } from './worker-process.ts';

const [databaseUrl = '', port = ''] = process.argv.slice(2);
const recorder = await openRecorder(databaseUrl, 'bullmq');
const connection = new Redis({ host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null });
const kept = { removeOnComplete: 10, removeOnFail: 10 };

const functions = new Queue<{ item: number }>('function', { connection });
const router = new Worker<{ item: number }>('event', async ({ data }) => void (await functions.add('function', data, kept)), {
  connection,
  concurrency: 10,
});
const runner = new Worker<{ item: number }>(
  'function',
  async ({ data }) => {
    await recorder.record(data.item, await runInVm(data.item));
    tell(data.item);
  },
  { connection, concurrency: 10 },
);
await Promise.all([router.waitUntilReady(), runner.waitUntilReady()]);
process.once('SIGTERM', () => process.exit(0));
tell('ready');
