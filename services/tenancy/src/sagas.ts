import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '@takaro/contracts/errors';
import type { Limits } from '@takaro/contracts/limits';
import { createGate, type ServiceContext } from '@takaro/process';
import type { ProvisioningStep } from './domain.entity.ts';
import { startRounds } from './rounds.ts';
import { STEPS, type StepTools } from './saga-steps.ts';

/**
 * Brings domains all the way in or out. What was reached is in the registry, so whoever comes next goes on from there: a loop looks
 * for unfinished domains at start and after every failure. One copy of the service works on a domain at a time, held by an
 * advisory lock that ends with its process.
 */
export interface Sagas extends AsyncDisposable {
  /**
   * Waits until the domain is READY or gone.
   * @throws ServiceError UNAVAILABLE past the deadline (ms since the epoch); the loop then goes on with it
   */
  finish(domainId: string, deadline: number): Promise<void>;
}

export interface SagaOptions extends StepTools {
  readonly log: ServiceContext['log'];
  readonly limits: Pick<Limits, 'domainsProvisionedAtOnce'>;
  /** How long the loop waits after each failure in a row; the last one holds for all that follow. */
  readonly retryDelaysMs?: readonly number[];
}

const RETRY_DELAYS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000];
const LOOK_AGAIN_MS = 200;
/** Time to answer in before the caller gives up. */
const MARGIN_MS = 500;

type Outcome = 'finished' | 'failed' | 'held by another';

export function startSagas(options: SagaOptions): Sagas {
  const gate = createGate({ atOnce: options.limits.domainsProvisionedAtOnce, waiting: 10_000 });
  const stopping = new AbortController();
  const { signal } = stopping;
  const advance = (domainId: string): Promise<Outcome> =>
    gate
      .enter(() => advanceLocked(options, domainId, signal))
      .catch((error: unknown) => {
        options.log.warn({ domainId, err: error }, 'a domain could not be worked on');
        return 'failed';
      });
  const rounds = startRounds({
    round: async () => {
      const outcomes = await Promise.all((await unfinished(options)).map(advance));
      return outcomes.every((outcome) => outcome === 'finished');
    },
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
    log: options.log,
  });
  return {
    finish: async (domainId, deadline) => {
      const late = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, deadline - MARGIN_MS - Date.now()))]);
      const tooLate = delay(2_147_483_647, undefined, { signal: late, ref: false }).catch(() => 'late' as const);
      while ((await Promise.race([advance(domainId), tooLate])) !== 'finished') {
        if (late.aborted) {
          rounds.wake();
          throw new ServiceError('UNAVAILABLE');
        }
        await delay(LOOK_AGAIN_MS, undefined, { signal: late }).catch(() => undefined);
      }
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await rounds[Symbol.asyncDispose]();
    },
  };
}

async function unfinished({ db }: SagaOptions): Promise<string[]> {
  const rows = await db.platformSql<{ id: string }>(
    `SELECT "id" FROM {platform}."domain" WHERE "provisioningStep" <> 'READY' ORDER BY "createdAt"`,
  );
  return rows.map(({ id }) => id);
}

/** Takes the domain's lock for as long as its steps go, and goes as far as they do. */
async function advanceLocked(options: SagaOptions, domainId: string, signal: AbortSignal): Promise<Outcome> {
  const { db, log } = options;
  return db.platformTransaction(async ({ sql }) => {
    const [lock] = await sql<{ taken: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS "taken"`, [
      `tenancy/domain/${domainId}`,
    ]);
    if (lock?.taken !== true) return 'held by another';
    const [row] = await sql<{ step: ProvisioningStep; cell: string }>(
      'SELECT "provisioningStep" AS "step", "cell" FROM {platform}."domain" WHERE "id" = $1',
      [domainId],
    );
    let step = row?.step ?? null;
    try {
      while (row && step !== null && step !== 'READY') {
        if (signal.aborted) return 'failed';
        step = await STEPS[step](options, { domainId, cell: row.cell });
        log.info({ domainId, step: step ?? 'GONE' }, 'domain advanced');
      }
    } catch (error) {
      log.warn({ domainId, step, err: error }, 'a step of a domain failed and is tried again');
      return 'failed';
    }
    return 'finished';
  });
}
