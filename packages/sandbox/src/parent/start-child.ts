import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { ConfinementInside } from '../confinement.ts';
import type { FromChild, Preludes, ToChild } from '../messages.ts';
import { Child, type ChildNotices } from './child.ts';
import type { Confine } from './command.ts';
import { insideOf, spawnConfined } from './spawn.ts';
import { watchedConfinement } from './watched-confinement.ts';

export interface StartOptions extends ChildNotices {
  readonly preludes: Preludes;
  /** Of one process. */
  readonly mostRuns: number;
}

/** It was there, but did not become ready: the machine is busy, which says nothing about how it confines. */
export class SlowStart extends Error {
  override readonly name = 'SlowStart';
}

const PREPARE_MS = 10_000;

/** @throws Error when the process does not come up, with what it said last; SlowStart when it takes too long */
export async function startChild(confine: Confine, { preludes, mostRuns, ...notices }: StartOptions): Promise<Child> {
  const spawned = spawnConfined(confine);
  const inside = await prepare(spawned, preludes);
  try {
    const pid = insideOf(spawned.pid ?? 0, confine);
    preferAsVictim(pid);
    const confinement = { ...inside, ...watchedConfinement(pid), level: confine.level };
    return new Child({ spawned, pid, confinement, mostRuns }, notices);
  } catch (error) {
    spawned.kill('SIGKILL');
    throw error;
  }
}

async function prepare(spawned: ChildProcess, preludes: Preludes): Promise<ConfinementInside> {
  const { promise, resolve, reject } = Promise.withResolvers<ConfinementInside>();
  let said = '';
  let isLate = false;
  spawned.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  spawned.once('message', (message: FromChild) => {
    if (message.type === 'ready') resolve(message.confinement);
  });
  spawned.once('error', reject);
  spawned.once('exit', (code, signal) => {
    const reason = `A process for functions ended at its start (${signal ?? code}): ${said}`;
    reject(isLate ? new SlowStart(reason) : new Error(reason));
  });
  const timer = setTimeout(() => {
    isLate = true;
    spawned.kill('SIGKILL');
  }, PREPARE_MS);
  spawned.send({ type: 'prepare', preludes } satisfies ToChild, () => undefined);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Where memory runs out, the system ends this process before any that would be missed. */
function preferAsVictim(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // Not every system lets its parent say so.
  }
}
