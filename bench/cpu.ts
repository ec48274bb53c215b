import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU in ticks of 10 ms (proc(5), sysconf(_SC_CLK_TCK)). */
const TICK_MS = 10;

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

function rows(): ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      // utime, stime and those of children that ended: fields 14 to 17 of proc(5), counted from the state (field 3).
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), ticks }];
    } catch {
      // The process ended meanwhile; its parent counts it.
      return [];
    }
  });
}

/** CPU time in milliseconds that these processes and all below them have used so far. */
export function cpuMsOf(roots: readonly number[]): number {
  const all = rows();
  const wanted = new Set(roots);
  for (let size = -1; size !== wanted.size;) {
    size = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) * TICK_MS;
}
