import { PgBoss } from 'pg-boss';
import type { Contender } from '../contender.ts';
import { startWorker } from './worker-process.ts';

/** pg-boss: two queues, its fastest polling. */
export async function pgBoss(databaseUrl: string, databasePid: number): Promise<Contender> {
  const producer = new PgBoss(databaseUrl);
  producer.on('error', () => undefined);
  await producer.start();
  for (const queue of ['event', 'function']) await producer.createQueue(queue);
  const worker = await startWorker(`${import.meta.dirname}/pg-boss.worker.ts`, [databaseUrl]);
  return {
    name: 'pg-boss',
    processes: { worker: worker.pid, postgres: databasePid },
    run: async (item) => {
      const recorded = worker.recorded(item);
      await producer.send('event', { item });
      await recorded;
    },
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      await producer.stop({ graceful: false });
    },
  };
}
