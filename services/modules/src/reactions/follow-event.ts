import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { scheduleCronJobs } from '../crons/schedule-cron-jobs.ts';
import { ModuleInstallation } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { bumpRevision } from '../versions/revision.ts';
import { uninstall } from '../versions/uninstall.ts';

/** What others tell that changes what is ours. Safe to repeat. */
export async function followEvent(parts: Parts, event: EventEnvelope): Promise<void> {
  if (event.name === 'settings-set' && event.meta?.['key'] === 'timezone') await readCronJobsAnew(parts, event.domainId);
  if (event.name === 'gameserver-deleted' && event.gameServerId) await uninstallAll(parts, event, event.gameServerId);
}

/** Cron jobs are read in the domain's time zone. */
async function readCronJobsAnew({ db, neighbours, context }: Parts, domainId: string): Promise<void> {
  const timezone = await neighbours.timezoneOf(domainId);
  await db.transaction(domainId, (tx) => scheduleCronJobs(tx, { where: 'domain' }, { timezone, now: context.clock.now() }));
}

/** The row of a removed game server stays in its table, so that no foreign key does this. It is told in the name of who removed that. */
async function uninstallAll({ db, context, modules }: Parts, event: EventEnvelope, gameServerId: string): Promise<void> {
  await db.transaction(event.domainId, async (tx) => {
    const installations = await tx.em.find(ModuleInstallation, { gameServerId });
    if (installations.length === 0) return;
    for (const installation of installations) await uninstall(tx, installation, event, context.clock.now());
    await bumpRevision(tx);
  });
  modules.changed(event.domainId);
}
