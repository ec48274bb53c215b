import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { codeOf } from '@takaro/infra/local/problem';
import { type Fault, Skipped } from '../fault.ts';
import type { Siege } from '../siege.ts';

const execute = promisify(execFile);

/** Where the servers of NATS and PostgreSQL keep what they have, with MB. */
const DISKS = { [join('nats', 'streams')]: 512, postgres: 2_048 };

/** Puts a small disk in memory where each of the servers keeps its state. @throws Skipped where that is not allowed */
export async function smallDisks(data: string): Promise<AsyncDisposable> {
  await using mounting = new AsyncDisposableStack();
  for (const [name, mb] of Object.entries(DISKS)) {
    const folder = join(data, name);
    await mkdir(folder, { recursive: true });
    await execute('mount', ['-t', 'tmpfs', '-o', `size=${mb}m,mode=755`, 'tmpfs', folder]).catch((error: unknown) => {
      throw new Skipped(`a disk cannot be mounted here: ${String(error).split('\n')[0]}`, { cause: error });
    });
    mounting.defer(async () => void (await execute('umount', ['-l', folder])));
  }
  const mounted = mounting.move();
  return { [Symbol.asyncDispose]: () => mounted.disposeAsync() };
}

const CHUNK = Buffer.alloc(1_048_576);

/** Takes all the room there is. Answers what gives it back. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'filler');
  const file = await open(path, 'w');
  try {
    for (let size = CHUNK.length; size > 0;) {
      const written = await file.write(CHUNK, 0, size).then(
        ({ bytesWritten }) => bytesWritten,
        (error: unknown) => {
          if (codeOf(error) !== 'ENOSPC') throw error;
          return 0;
        },
      );
      // The last bytes of a page, too.
      if (written === 0) size = Math.floor(size / 2);
    }
  } finally {
    await file.close();
  }
  return () => rm(path);
}

const FULL_MS = 8_000;

const full = (name: string, folderIn: (siege: Siege) => string): Fault => ({
  row: '11',
  name: `disk of ${name} full for ${FULL_MS / 1_000} s`,
  on: 'disk',
  recoveryS: 10,
  inflict: async (siege) => {
    const empty = await fill(folderIn(siege));
    await delay(FULL_MS);
    await empty();
    return [];
  },
});

export const DISK: readonly Fault[] = [
  full('NATS', ({ system }) => join(system.data, 'nats', 'streams')),
  full('PostgreSQL', ({ system }) => join(system.data, 'postgres')),
];
