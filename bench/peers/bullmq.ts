import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Contender } from '../contender.ts';
import { startWorker } from './worker-process.ts';

/** Whether this machine has a redis-server. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    // Not installed: the table says so instead of showing a row.
    return false;
  }
}

/** BullMQ: two queues (published Takaro's shape) on a Redis of its own with an append-only file, synced every second. */
export async function bullMq(databaseUrl: string, databasePid: number, port: number): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-bench-redis-'));
  const redis = spawn(
    'redis-server',
    ['--port', String(port), '--dir', folder, '--appendonly', 'yes', '--save', '', '--bind', '127.0.0.1'],
    {
      stdio: 'ignore',
    },
  );
  const connection = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  const events = new Queue('event', { connection });
  await events.waitUntilReady();
  const worker = await startWorker(`${import.meta.dirname}/bullmq.worker.ts`, [databaseUrl, String(port)]);
  return {
    name: 'BullMQ, AOF everysec',
    processes: { worker: worker.pid, postgres: databasePid, redis: redis.pid ?? 0 },
    run: async (item) => {
      const recorded = worker.recorded(item);
      await events.add('event', { item }, { removeOnComplete: 10, removeOnFail: 10 });
      await recorded;
    },
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      await events.close();
      connection.disconnect();
      redis.kill('SIGTERM');
      await once(redis, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
