import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { claimRows } from '@takaro/modules/executions/claim-rows';
import type { ExecutionColumns } from '@takaro/modules/executions/execution-columns';
import { finishAndTell, finishRows } from '@takaro/modules/executions/finish-rows';
import { markEffects } from '@takaro/modules/executions/mark-effects';
import { renewLeases } from '@takaro/modules/executions/renew-leases';
import type { TenantDb } from '@takaro/tenant-db';
import { sample } from '@takaro/testing/sample';
import { withClient } from '@takaro/testing/sql';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { startModulesUnderTest } from './modules-world.ts';

/** As many as a community has in an hour. */
const ROWS = 3_000;
const AT = new Date('2026-06-01T12:00:00.000Z');
const test = worldTest(startModulesUnderTest);

const columns = (): ExecutionColumns => ({
  id: newId(),
  trigger: 'command',
  causeId: newId(),
  componentId: newId(),
  componentName: 'ping',
  assignmentId: newId(),
  functionId: newId(),
  installationId: newId(),
  moduleId: newId(),
  versionId: newId(),
  gameServerId: newId(),
  playerId: null,
  order: null,
});

const finish = {
  executionId: newId(),
  attempt: 1,
  result: { success: true, logs: [], truncated: false, calls: 0, durationMs: 1, cpuMs: 1 },
};
const attempt = { executionId: newId(), attempt: 1, effects: true };
const times = { now: AT, leaseUntil: AT, sweepAt: AT, windowMs: 1_000 };

type Statement = (db: Pick<TenantDb, 'sql'>, sql: <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>) => Promise<unknown>;

const STATEMENTS: readonly (readonly [string, Statement])[] = [
  ['claim', (_db, sql) => claimRows(sql, 'domain', [columns(), columns()], times)],
  ['mark', (db) => markEffects(db, 'domain', [attempt])],
  ['heartbeat', (db) => renewLeases(db, 'domain', [attempt], AT)],
  ['finish', (_db, sql) => finishRows({ sql }, [finish], AT)],
  ['finish that is told', (db) => finishAndTell(db, 'domain', [{ ...finish, event: sample<EventEnvelope>(EventEnvelope) }], AT)],
];

test.for(STATEMENTS)('a %s finds its executions among thousands by their ids', async ([, statement], { world, domain }) => {
  const schema = `"domain_${domain.id}"`;
  const plans: string[] = [];
  await withClient(world.adminUrl, async (client) => {
    await client.query(
      `insert into ${schema}."execution" ("id", "state", "trigger", "causeId", "componentId", "componentName", "assignmentId", "functionId",
         "installationId", "moduleId", "versionId", "gameServerId", "finishedAt", "logs")
       select gen_random_uuid(), 'succeeded', 'command', gen_random_uuid(), gen_random_uuid(), 'ping', gen_random_uuid(), gen_random_uuid(),
         gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), '[{"msg":"said"}]' from generate_series(1, ${ROWS})`,
    );
    await client.query(`analyze ${schema}."execution"`);
    const explain = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
      const named = text.replaceAll('{schema}', schema).replaceAll('{platform}', '"takaro_modules"');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${named}`, [...values]);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return [];
    };
    await statement({ sql: (_domainId, text, values) => explain(text, values) }, explain);
  });

  expect(plans).toHaveLength(1);
  expect(plans[0]).toContain('execution_pkey');
  expect(plans[0]).not.toMatch(/Seq Scan on execution\b/);
});
