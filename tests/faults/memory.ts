import { readFile } from 'node:fs/promises';
import type { System } from '@takaro/testing/system';

const PAGE_BYTES = 4_096;
const MIB = 1_048_576;

/** What each process of Takaro and of NATS has in memory, in MB; those that do not run at this moment are left out. */
export async function memoryOf({ services, servers }: System): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const [index, child] of [...services, ...servers.natsServers].entries()) {
    const text = await readFile(`/proc/${child.pid()}/statm`, 'utf8').catch(() => '');
    const pages = Number(text.split(' ')[1]);
    if (pages > 0) sizes.set(`${child.name} (${index})`, Math.round((pages * PAGE_BYTES) / MIB));
  }
  return sizes;
}
