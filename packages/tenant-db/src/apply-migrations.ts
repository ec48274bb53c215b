import type { PoolClient } from 'pg';
import { databaseCode } from './database-errors.ts';
import type { MigrationFile, Phase } from './migration-files.ts';
import { quoteName } from './names.ts';

export type MigrationFault = 'MIGRATION_EDITED' | 'MIGRATION_UNKNOWN' | 'MIGRATION_OUT_OF_ORDER' | 'MIGRATION_FAILED';

/** Why a tenant (or the platform schema) is not at the newest version. For operators: it never crosses the wire. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly fault: MigrationFault;
  /** SQLSTATE where the database refused a statement. */
  readonly sqlState: string | undefined;

  constructor(fault: MigrationFault, message: string, options: ErrorOptions & { readonly sqlState?: string | undefined } = {}) {
    super(message, options);
    this.fault = fault;
    this.sqlState = options.sqlState;
  }
}

export interface MigrationTarget {
  /** Platform schema that holds the ledger. */
  readonly platform: string;
  /** Where unqualified names of the files land. */
  readonly schema: string;
  readonly domainId: string;
  readonly phase: Phase;
}

const MIGRATION_TIMEOUT_MS = 600_000;
/** Who waits for a table's lock makes everybody else wait behind it: better give up and come again. */
const LOCK_TIMEOUT_MS = 2_000;

/**
 * Brings one schema to the newest file of a phase, inside the caller's transaction: lock, ledger, all pending files as one
 * multi-statement query, ledger. A new tenant therefore runs the concatenation of all files: there is no second baseline that
 * could drift. Answers the names that were applied now.
 * @throws MigrationError
 */
export async function applyMigrations(
  client: PoolClient,
  target: MigrationTarget,
  files: readonly MigrationFile[],
): Promise<readonly string[]> {
  const ledger = `${quoteName(target.platform)}."migration"`;
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lockOf(target)]);
  const { rows: applied } = await client.query<{ name: string; checksum: string }>(
    `select "name", "checksum" from ${ledger} where "domainId" = $1 and "phase" = $2 order by "name"`,
    [target.domainId, target.phase],
  );
  const pending = pendingFiles(files, applied, target);
  if (pending.length === 0) return [];
  await client.query(
    `set local search_path to ${quoteName(target.schema)};
     set local statement_timeout to ${MIGRATION_TIMEOUT_MS};
     set local lock_timeout to ${LOCK_TIMEOUT_MS}`,
  );
  await run(client, pending, target);
  await client.query(
    `insert into ${ledger} ("domainId", "phase", "name", "checksum")
     select $1, $2, * from unnest($3::text[], $4::text[])`,
    [target.domainId, target.phase, pending.map(({ name }) => name), pending.map(({ checksum }) => checksum)],
  );
  await client.query('set local search_path to default; set local statement_timeout to default; set local lock_timeout to default');
  return pending.map(({ name }) => name);
}

/** Services link one after the other: a foreign key locks both tables, and two services would lock each other's in turn. */
const lockOf = ({ platform, domainId, phase }: MigrationTarget): string =>
  phase === 'links' ? `links/${domainId}` : `${platform}/${domainId}`;

function pendingFiles(
  files: readonly MigrationFile[],
  applied: readonly { readonly name: string; readonly checksum: string }[],
  { domainId, phase }: MigrationTarget,
): readonly MigrationFile[] {
  const known = new Map(files.map((file) => [file.name, file]));
  for (const { name, checksum } of applied) {
    const file = known.get(name);
    if (!file)
      throw new MigrationError('MIGRATION_UNKNOWN', `${domainId} has ${phase} ${name}, which this version does not know: it is newer`);
    if (file.checksum !== checksum) {
      throw new MigrationError(
        'MIGRATION_EDITED',
        `${phase} ${name} was edited after ${domainId} applied it: restore it and add a new file`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  const pending = files.filter(({ name }) => !done.has(name));
  const newest = applied.at(-1)?.name;
  const late = pending.find(({ name }) => newest !== undefined && name < newest);
  if (late)
    throw new MigrationError('MIGRATION_OUT_OF_ORDER', `${phase} ${late.name} comes before ${newest}, which ${domainId} already has`);
  return pending;
}

async function run(client: PoolClient, pending: readonly MigrationFile[], { domainId, phase }: MigrationTarget): Promise<void> {
  const texts = pending.map(({ sql }) => `${sql}\n;\n`);
  try {
    await client.query(texts.join(''));
  } catch (error) {
    const file = pending[fileAt(texts, error)]?.name ?? pending.map(({ name }) => name).join(', ');
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError('MIGRATION_FAILED', `${phase} ${file} failed for ${domainId}: ${reason}`, {
      cause: error,
      sqlState: databaseCode(error),
    });
  }
}

/** Which of the texts the position in an error of PostgreSQL lies in; -1 when it names none. */
function fileAt(texts: readonly string[], error: unknown): number {
  if (texts.length === 1) return 0;
  const position = typeof error === 'object' && error !== null && 'position' in error ? Number(error.position) : Number.NaN;
  let end = 0;
  return texts.findIndex((text) => {
    end += Array.from(text).length;
    return position <= end;
  });
}
