import vm from 'node:vm';
import pg from 'pg';

/** What every side runs: a no-op function of the size that modules have, and one row with the columns that an execution needs. */
export const SOURCE = `(async () => { const data = { n: input }; console.log('item', data.n); return { ok: true, n: data.n }; })()`;

const TABLE = `CREATE TABLE IF NOT EXISTS bench_run (
  id bigserial PRIMARY KEY, side text NOT NULL, item integer NOT NULL, ok boolean NOT NULL, logs jsonb NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT now())`;

/** The peers run the function as they would in Node: a fresh `node:vm` context per run. It is no sandbox. */
export async function runInVm(item: number): Promise<unknown[]> {
  const logs: unknown[] = [];
  const context = vm.createContext({ input: item, console: { log: (...args: unknown[]) => logs.push(args) } });
  await vm.runInContext(SOURCE, context);
  return logs;
}

export interface Recorder extends AsyncDisposable {
  /** One row, one commit. */
  record(item: number, logs: unknown[]): Promise<void>;
}

export async function openRecorder(databaseUrl: string, side: string): Promise<Recorder> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  await pool.query(TABLE);
  return {
    record: async (item, logs) => {
      await pool.query({
        name: 'record',
        text: 'INSERT INTO bench_run (side, item, ok, logs) VALUES ($1, $2, true, $3)',
        values: [side, item, JSON.stringify(logs)],
      });
    },
    [Symbol.asyncDispose]: async () => pool.end(),
  };
}
