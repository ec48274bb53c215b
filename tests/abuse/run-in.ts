import { newId } from '@takaro/contracts/ids';
import { type ExecutionWithLogs, getExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import type { Community } from '@takaro/testing/community';
import { vi } from 'vitest';
import { writeModule } from '../system/author.ts';

export const PATIENT = { timeout: 90_000, interval: 100 };
/** A module has room for 50 commands and functions, and each run needs one of both. */
const RUNS_PER_MODULE = 20;

/** Runs code as functions of commands, one after the other, and answers what became of them. */
export async function runIn(community: Community, codes: readonly string[]): Promise<ExecutionWithLogs[]> {
  const done: ExecutionWithLogs[] = [];
  for (let from = 0; from < codes.length; from += RUNS_PER_MODULE)
    done.push(...(await runInModule(community, codes.slice(from, from + RUNS_PER_MODULE))));
  return done;
}

async function runInModule(community: Community, codes: readonly string[]): Promise<ExecutionWithLogs[]> {
  const name = `abuse${newId().slice(-8)}`;
  const author = await writeModule(community, name);
  const written = [];
  for (const [at, code] of codes.entries()) written.push(await author.command(`${name}x${at}`, [code]));
  await author.install();
  const done: ExecutionWithLogs[] = [];
  for (const [at, { id }] of written.entries()) {
    community.game.say('Alice', `/${name}x${at}`);
    done.push(await vi.waitFor(() => executionOf(community, id), PATIENT));
  }
  return done;
}

export async function executionOf({ root }: Community, componentId: string): Promise<ExecutionWithLogs> {
  const { rows } = await root.call(searchExecutions, { filters: { componentId: [componentId], state: ['succeeded', 'failed'] } });
  const [found] = rows;
  if (!found) throw new Error('It is not over yet');
  return root.call(getExecution, { id: found.id });
}
