import { type ConnectionInfo, isSealedNow, openConnectionInfo, sealConnectionInfo } from './connection-info.ts';
import { placeOf } from './game-server.repository.ts';
import type { Parts } from './parts.ts';

type Tools = Pick<Parts, 'db' | 'vault'>;

/** Rows in one transaction: an update of one of them waits no longer than that. */
const ROWS_AT_ONCE = 100;

export interface Resealed {
  readonly sealed: number;
  /** Rows with a secret that none of the keys opens; they are left as they are. */
  readonly failed: number;
}

/**
 * Seals the secrets of a domain's game servers with the key that seals now. Each batch stands by itself: who ends in the middle goes on
 * where it ended, since what is done is not done again.
 */
export async function resealDomain(tools: Tools, domainId: string): Promise<Resealed> {
  const total = { sealed: 0, failed: 0 };
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { last, sealed, failed } = await resealBatch(tools, domainId, after);
    total.sealed += sealed;
    total.failed += failed;
    if (last === null) return total;
    after = last;
  }
}

const resealBatch = ({ db, vault }: Tools, domainId: string, after: string): Promise<Resealed & { last: string | null }> =>
  db.transaction(domainId, async ({ sql }) => {
    const rows = await sql<{ id: string; connectionInfo: ConnectionInfo }>(
      `select "id", "connectionInfo" from {schema}."gameServer"
        where "id" > $1 and "connectionInfo"::text like '%"sealed:%' order by "id" limit ${ROWS_AT_ONCE} for update`,
      [after],
    );
    let [sealed, failed] = [0, 0];
    for (const { id, connectionInfo } of rows.filter((row) => !isSealedNow(vault, row.connectionInfo))) {
      const place = placeOf(domainId, id);
      const fresh = opened(() => sealConnectionInfo(vault, openConnectionInfo(vault, connectionInfo, place), place));
      if (fresh) await sql('update {schema}."gameServer" set "connectionInfo" = $2 where "id" = $1', [id, JSON.stringify(fresh)]);
      if (fresh) sealed += 1;
      else failed += 1;
    }
    return { sealed, failed, last: rows.length < ROWS_AT_ONCE ? null : (rows.at(-1)?.id ?? null) };
  });

function opened(work: () => ConnectionInfo): ConnectionInfo | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** How soon a key that was put on top is noticed. */
const LOOK_MS = 1_000;

/** Seals everything anew at the start and whenever another key seals, in the background; what failed is tried again after a minute. */
export function startResealing({ db, vault, context: { log } }: Pick<Parts, 'db' | 'vault' | 'context'>): AsyncDisposable {
  let stopped = false;
  let done = '';
  let tried = '';
  let notBefore = 0;
  const round = async (): Promise<void> => {
    const key = vault.currentKey();
    if (key === done || (key === tried && performance.now() < notBefore)) return;
    tried = key;
    notBefore = performance.now() + 60_000;
    const domains = await db.domains();
    const total = { sealed: 0, failed: 0 };
    for (const [index, domainId] of domains.entries()) {
      if (stopped) return;
      const { sealed, failed } = await resealDomain({ db, vault }, domainId);
      total.sealed += sealed;
      total.failed += failed;
      if (failed > 0) log.error({ domainId, failed }, 'secrets were sealed with a key that is not in the file of TAKARO_SECRETS_KEY_FILE');
      if (sealed > 0) log.info({ domainId, sealed, done: index + 1, of: domains.length }, 'secrets sealed with another key');
    }
    if (total.failed === 0) done = key;
  };
  let running = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = round()
      .catch((error: unknown) => log.warn({ err: error }, 'sealing secrets with another key was interrupted'))
      .finally(() => {
        busy = false;
      });
  }, LOOK_MS).unref();
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
