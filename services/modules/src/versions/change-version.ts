import type { Caller } from '@takaro/bus';
import { type ErrorCode, ServiceError } from '@takaro/contracts/errors';
import type { Tx } from '@takaro/tenant-db';
import { type ModuleChange, moduleUpdatedEvent } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { LATEST } from './read-modules.ts';
import { refreshInstallations, type Rename } from './refresh-installations.ts';
import { bumpRevision } from './revision.ts';

export interface LockedVersion {
  readonly id: string;
  readonly moduleId: string;
  readonly moduleName: string;
}

interface Change<T> {
  readonly versionId: string;
  /** Whether it adds a component or a function, which the domain limits. */
  readonly adds?: boolean;
  /** A component that gets another name takes its configuration along. */
  readonly rename?: Rename | undefined;
  /** What of it is told, as `module-updated`. */
  readonly tells: (result: T) => ModuleChange;
}

/**
 * Changes what a version is made of, in one transaction: the version is locked, its revision grows, and installations of it get the
 * configuration of new components. @throws ServiceError VERSION_NOT_FOUND, MODULE_BUILTIN, VERSION_TAGGED, FUNCTIONS_LIMIT
 */
export async function changeVersion<T>(
  { db, neighbours, context }: Pick<Parts, 'db' | 'neighbours' | 'context'>,
  caller: Pick<Caller, 'domainId' | 'claims'>,
  { versionId, adds = false, rename, tells }: Change<T>,
  work: (tx: Tx, version: LockedVersion) => Promise<T>,
): Promise<T> {
  const limit = adds ? (await neighbours.limitsOf(caller.domainId)).maxFunctionsInModule : Number.POSITIVE_INFINITY;
  return db.transaction(caller.domainId, async (tx) => {
    const version = await lockVersion(tx, versionId);
    if (adds && (await countParts(tx, versionId)) >= limit) throw new ServiceError('FUNCTIONS_LIMIT', { params: { limit } });
    const result = await work(tx, version);
    await touchVersion(tx, versionId, rename);
    await tx.tell(moduleUpdatedEvent(caller, version.moduleId, tells(result), new Date(context.clock.now())));
    return result;
  });
}

/** Makes a change of a version seen: by the cache of what is installed, by the runner's compiled sources, by installations. */
export async function touchVersion(tx: Tx, versionId: string, rename?: Rename): Promise<void> {
  await tx.sql('update {schema}."moduleVersion" set "revision" = "revision" + 1, "updatedAt" = now() where "id" = $1', [versionId]);
  await refreshInstallations(tx, versionId, rename);
  await bumpRevision(tx);
}

/** Concurrent changes of one version wait for each other. */
export async function lockVersion(tx: Tx, versionId: string, missing: ErrorCode = 'VERSION_NOT_FOUND'): Promise<LockedVersion> {
  const [version] = await tx.sql<LockedVersion & { tag: string; builtin: string | null }>(
    `select v."id", v."moduleId", v."tag", m."builtin", m."name" as "moduleName"
     from {schema}."moduleVersion" v join {schema}."module" m on m."id" = v."moduleId" where v."id" = $1 for update of v`,
    [versionId],
  );
  if (!version) throw new ServiceError(missing, { params: { id: versionId } });
  if (version.builtin !== null) throw new ServiceError('MODULE_BUILTIN');
  if (version.tag !== LATEST) throw new ServiceError('VERSION_TAGGED');
  return version;
}

/** Components, and functions that are not a component's own. */
async function countParts(tx: Tx, versionId: string): Promise<number> {
  const [row] = await tx.sql<{ count: string }>(
    `select (select count(*) from {schema}."command" where "versionId" = $1)
          + (select count(*) from {schema}."hook" where "versionId" = $1)
          + (select count(*) from {schema}."cron" where "versionId" = $1)
          + (select count(*) from {schema}."function" f where f."versionId" = $1
               and not exists (select 1 from {schema}."command" c where c."functionId" = f."id")
               and not exists (select 1 from {schema}."hook" h where h."functionId" = f."id")
               and not exists (select 1 from {schema}."cron" r where r."functionId" = f."id")) as "count"`,
    [versionId],
  );
  return Number(row?.count ?? 0);
}
