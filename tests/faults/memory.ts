import { readFile } from 'node:fs/promises';
import type { System } from '@takaro/testing/system';

const PAGE_BYTES = 4_096;
const MIB = 1_048_576;

/** What each process of Takaro and of NATS has in memory, in MB; those that do not run at this moment are left out. */
export async function memoryOf({ services, servers }: System): Promise<Sizes> {
  const sizes = new Map<string, number>();
  for (const [index, child] of [...services, ...servers.natsServers].entries()) {
    const text = await readFile(`/proc/${child.pid()}/statm`, 'utf8').catch(() => '');
    const pages = Number(text.split(' ')[1]);
    if (pages > 0) sizes.set(`${child.name} (${index})`, Math.round((pages * PAGE_BYTES) / MIB));
  }
  return sizes;
}

type Sizes = ReadonlyMap<string, number>;

/** The larger of two sizes of each process. */
export const mostOf = (one: Sizes, another: Sizes): Sizes =>
  new Map([...one, ...[...another].map(([name, mb]) => [name, Math.max(mb, one.get(name) ?? 0)] as const)]);

/** A complaint for each process that has more than `times` what it had. */
export const complaintsOfGrowth = (before: Sizes, most: Sizes, times: number): string[] =>
  [...most]
    .filter(([name, mb]) => mb > times * (before.get(name) ?? mb))
    .map(([name, mb]) => `${name} grew from ${before.get(name)} to ${mb} MB`);
