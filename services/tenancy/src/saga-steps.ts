import { type Bus, purgeDomain } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { linkDomain, provisionDomain, removeDomain } from '@takaro/contracts/platform';
import { type ServiceName, TABLE_SERVICES } from '@takaro/contracts/services';
import { createTenantSchema, dropTenantSchema, type TenantDb } from '@takaro/tenant-db';
import type { ProvisioningStep } from './domain.entity.ts';
import { rootEmail, writeFirstContent } from './first-content.ts';

export interface Subject {
  readonly domainId: string;
  readonly cell: string;
}

export interface StepTools {
  readonly db: TenantDb;
  readonly bus: Bus;
}

/** Does what is next after a step and says which step that reached; null when nothing is left of the domain. */
type Step = (tools: StepTools, subject: Subject) => Promise<ProvisioningStep | null>;

/**
 * The two ways of a domain: in and out. Every step may be repeated, and each writes what it reached only where the domain still
 * stands at the step before: a removal that began meanwhile wins.
 */
export const STEPS: Readonly<Record<Exclude<ProvisioningStep, 'READY'>, Step>> = {
  REGISTERED: async ({ db }, { domainId, cell }) => {
    await createTenantSchema(db, domainId, cell);
    return reach(db, domainId, { from: 'REGISTERED', to: 'SCHEMA' });
  },
  SCHEMA: async (tools, subject) => {
    await askEveryService(tools, subject, provisionDomain);
    return reach(tools.db, subject.domainId, { from: 'SCHEMA', to: 'TABLES' });
  },
  TABLES: async (tools, subject) => {
    await askEveryService(tools, subject, linkDomain);
    return reach(tools.db, subject.domainId, { from: 'TABLES', to: 'LINKS' });
  },
  LINKS: async ({ db }, { domainId }) =>
    db.transaction<ProvisioningStep>(domainId, async (tx) => {
      const [moved] = await tx.sql(REACH, [domainId, 'LINKS', 'READY']);
      if (!moved) throw new Error(`${domainId} left the step LINKS meanwhile`);
      await writeFirstContent(tx, domainId);
      return 'READY';
    }),
  REMOVING: async (tools, subject) => {
    await askEveryService(tools, subject, removeDomain);
    return reach(tools.db, subject.domainId, { from: 'REMOVING', to: 'FORGOTTEN' });
  },
  FORGOTTEN: async ({ db, bus }, { domainId, cell }) => {
    await dropTenantSchema(db, domainId, cell);
    await purgeDomain(bus, domainId);
    await unregister(db, domainId);
    return null;
  },
};

const REACH = `UPDATE {platform}."domain" SET "provisioningStep" = $3, "updatedAt" = now()
  WHERE "id" = $1 AND "provisioningStep" = $2 RETURNING "id"`;

async function reach(
  db: TenantDb,
  domainId: string,
  { from, to }: { from: ProvisioningStep; to: ProvisioningStep },
): Promise<ProvisioningStep> {
  const [moved] = await db.platformSql(REACH, [domainId, from, to]);
  if (!moved) throw new Error(`${domainId} left the step ${from} meanwhile`);
  return to;
}

/** A service that does not answer is asked again by the next round. */
const STEP_TIMEOUT_MS = 10_000;

type ContractOf = (service: ServiceName) => RequestContract<{ cell: string }>;

/** All at once; waits for all of them, so that no answer comes after the step was given up, then fails as the first that failed. */
async function askEveryService({ bus }: StepTools, { domainId, cell }: Subject, contractOf: ContractOf): Promise<void> {
  const token = await bus.serviceToken(domainId);
  const asked = await Promise.allSettled(
    TABLE_SERVICES.map((service) => bus.call(contractOf(service), { cell }, { domainId, token, timeoutMs: STEP_TIMEOUT_MS })),
  );
  for (const one of asked) if (one.status === 'rejected') throw one.reason;
}

/** Memberships go with the domain's row, sessions end there; identities stay with whoever is in another domain as well. */
const unregister = (db: TenantDb, domainId: string): Promise<void> =>
  db.platformTransaction(async ({ sql }) => {
    const members = await sql<{ identityId: string }>('SELECT "identityId" FROM {platform}."membership" WHERE "domainId" = $1', [domainId]);
    await sql('UPDATE {platform}."session" SET "domainIds" = array_remove("domainIds", $1) WHERE "identityId" = ANY($2)', [
      domainId,
      members.map(({ identityId }) => identityId),
    ]);
    await sql('DELETE FROM {platform}."domain" WHERE "id" = $1', [domainId]);
    await sql(
      `DELETE FROM {platform}."identity" i WHERE (i."id" = ANY($1) OR i."email" = $2)
          AND NOT EXISTS (SELECT FROM {platform}."membership" m WHERE m."identityId" = i."id")`,
      [members.map(({ identityId }) => identityId), rootEmail(domainId)],
    );
  });
