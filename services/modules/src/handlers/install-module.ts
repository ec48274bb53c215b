import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { getGameServersByIds } from '@takaro/contracts/gameservers/internal';
import type { installModule } from '@takaro/contracts/modules/installations';
import { onConstraint } from '@takaro/tenant-db';
import type { Tx } from '@takaro/tenant-db';
import { checkCronPatternsOf } from '../crons/cron-slots.ts';
import { scheduleCronJobs } from '../crons/schedule-cron-jobs.ts';
import { ModuleInstallation, ModuleVersion, type ModuleVersionRow } from '../entities/module.entity.ts';
import { moduleEvent } from '../module-event.ts';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { parseConfig, validConfig } from '../versions/config-validation.ts';
import { findOr } from '../versions/own-function.ts';
import { readInstallation } from '../versions/read-installations.ts';
import { readConfigurableParts } from '../versions/refresh-installations.ts';
import { bumpRevision } from '../versions/revision.ts';
import { systemConfigSchema } from '../versions/system-config.ts';
import { uninstall } from '../versions/uninstall.ts';

/** One version of a module on a game server at a time: what is installed is uninstalled first. */
export const handleInstallModule =
  (parts: Parts): Handler<typeof installModule> =>
  async ({ versionId, gameServerId, userConfig, systemConfig }, caller) => {
    const given = { user: parseConfig(userConfig), system: parseConfig(systemConfig) };
    const timezone = await parts.neighbours.timezoneOf(caller.domainId);
    await refuseUnknownGameServer(parts, caller.domainId, gameServerId);
    const now = parts.context.clock.now();
    return parts.db
      .transaction(caller.domainId, async (tx) => {
        const version = await lockModuleOf(tx, versionId);
        const configs = await validConfigs(tx, version, given);
        checkCronPatternsOf(configs.systemConfig, parts.context.limits.cronIntervalMs);
        const { moduleId } = version;
        const before = await tx.em.findOne(ModuleInstallation, { moduleId, gameServerId });
        if (before) await uninstall(tx, before, caller, now);
        const id = await insertRow(tx, 'moduleInstallation', { moduleId, versionId, gameServerId, ...configs });
        await scheduleCronJobs(tx, { where: 'installation', id }, { timezone, now });
        await bumpRevision(tx);
        const meta = { userConfig: JSON.stringify(configs.userConfig), systemConfig: JSON.stringify(configs.systemConfig) };
        await tx.tell(moduleEvent(caller, { name: 'module-installed', moduleId, gameServerId, at: new Date(now), meta }));
        return readInstallation(tx.em.fork({ keepTransactionContext: true }), { moduleId, gameServerId });
      })
      .catch(onConstraint('moduleInstallation_gameServerId_fkey', 'GAMESERVER_NOT_FOUND'));
  };

/** Who installs one module at the same time waits, so that the second finds what the first installed. */
async function lockModuleOf(tx: Tx, versionId: string): Promise<ModuleVersionRow> {
  const version = await findOr(tx.em.findOne(ModuleVersion, { id: versionId }), 'VERSION_NOT_FOUND', versionId);
  const locked = await tx.sql('select 1 from {schema}."module" where "id" = $1 for no key update', [version.moduleId]);
  if (locked.length === 0) throw new ServiceError('VERSION_NOT_FOUND', { params: { id: versionId } });
  return version;
}

/** The row of a removed game server stays in its table, so that the foreign key alone does not tell. */
async function refuseUnknownGameServer({ context }: Parts, domainId: string, gameServerId: string): Promise<void> {
  const [known] = await ask(context.bus, domainId, getGameServersByIds, { ids: [gameServerId] });
  if (!known || known.deletedAt !== null) throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
}

async function validConfigs(tx: Tx, version: ModuleVersionRow, given: { user: object; system: object }) {
  const configurable = await readConfigurableParts(tx, version.id);
  const system = { ...parseConfig(version.defaultSystemConfig ?? undefined), ...given.system };
  const systemConfig = validConfig(JSON.stringify(systemConfigSchema(configurable)), system);
  return { userConfig: validConfig(version.configSchema, given.user), systemConfig };
}
