import { makeWorkerUtils } from 'graphile-worker';
import type { Contender } from '../contender.ts';
import { startWorker } from './worker-process.ts';

/** graphile-worker: event job → run job, two tasks as in a router and an executor, PostgreSQL alone. */
export async function graphileWorker(databaseUrl: string, databasePid: number): Promise<Contender> {
  const producer = await makeWorkerUtils({ connectionString: databaseUrl });
  await producer.migrate();
  const worker = await startWorker(`${import.meta.dirname}/graphile-worker.worker.ts`, [databaseUrl]);
  return {
    name: 'graphile-worker',
    processes: { worker: worker.pid, postgres: databasePid },
    run: async (item) => {
      const recorded = worker.recorded(item);
      await producer.addJob('event', { item });
      await recorded;
    },
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      await producer.release();
    },
  };
}
