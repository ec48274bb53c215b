import { PgBoss } from 'pg-boss';
import { openRecorder, runInVm } from './job.ts';
import { tell } from './worker-process.ts';

const [databaseUrl = ''] = process.argv.slice(2);
const recorder = await openRecorder(databaseUrl, 'pg-boss');
const boss = new PgBoss(databaseUrl);
boss.on('error', () => undefined);
await boss.start();

const options = { batchSize: 50, pollingIntervalSeconds: 0.5 };
await boss.work<{ item: number }>('event', options, async (jobs) => {
  await Promise.all(jobs.map(async ({ data }) => boss.send('function', data)));
});
await boss.work<{ item: number }>('function', options, async (jobs) => {
  for (const { data } of jobs) {
    await recorder.record(data.item, await runInVm(data.item));
    tell(data.item);
  }
});
process.once('SIGTERM', () => {
  void boss.stop({ graceful: false }).finally(() => process.exit(0));
});
tell('ready');
