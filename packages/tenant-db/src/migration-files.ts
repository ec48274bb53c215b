import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `platform`: once per service. `tables`: each tenant's tables. `links`: foreign keys into other services' tables. */
export type Phase = 'platform' | 'tables' | 'links';

export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FOLDERS: Readonly<Record<Phase, string>> = { platform: 'platform', tables: 'migrations', links: 'links' };
const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** The files of a phase in their order. A missing folder is a phase without files. @throws Error on a name out of the pattern */
export async function readMigrations(serviceFolder: string, phase: Phase, prefix = ''): Promise<readonly MigrationFile[]> {
  const folder = join(serviceFolder, FOLDERS[phase]);
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const sqlNames = names.filter((name) => name.endsWith('.sql')).toSorted();
  const numbers = sqlNames.map((name) => NAME.exec(name)?.[1]);
  if (numbers.includes(undefined)) throw new Error(`Migrations are named NNNN-what-it-does.sql: look at ${FOLDERS[phase]}/`);
  if (new Set(numbers).size !== numbers.length) throw new Error(`Two migrations in ${FOLDERS[phase]}/ bear the same number`);
  return Promise.all(
    sqlNames.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { name: `${prefix}${name}`, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
