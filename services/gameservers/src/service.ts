import { fileURLToPath } from 'node:url';
import { type Bus, serve } from '@takaro/bus';
import { databaseFrom, required, type ServiceContext } from '@takaro/process';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import type { Logger } from 'pino';
import { gameServersAnswers } from './answers.ts';
import { askGameThrough } from './ask-game.ts';
import { BanEntity } from './bans/ban.entity.ts';
import { startBanExpiry } from './bans/expire-bans.ts';
import { startMeetingNewcomers } from './bans/meet-newcomers.ts';
import { GameEntity, Item } from './catalogue/catalogue.entity.ts';
import { openDirectory } from './directory.ts';
import { GameServer } from './game-server.entity.ts';
import { startHolderWatch } from './holders.ts';
import { startJobs } from './jobs/run-jobs.ts';
import type { Parts } from './parts.ts';
import { startPlayersOffline } from './players-offline.ts';
import { openRecipients } from './recipients.ts';
import { startResealing } from './reseal.ts';
import { openSettings } from './settings.ts';
import { openVaultIn } from './vault.ts';

/** The tables of game servers, with the outbox relayed to the bus. */
export const openGameServersDb = (
  options: ReturnType<typeof databaseFrom> & { readonly log: Logger; readonly bus: Bus },
): Promise<TenantDb> =>
  openTenantDb({
    service: 'gameservers',
    entities: [GameServer, Item, GameEntity, BanEntity],
    folder: fileURLToPath(new URL('..', import.meta.url)),
    ...options,
  });

/** Answers for game servers until disposed. Reads `TAKARO_SECRETS_KEY_FILE`. */
export async function startGameServers(context: ServiceContext, db: TenantDb): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const vault = openVaultIn(required(context.env, 'TAKARO_SECRETS_KEY_FILE'), (error) =>
    context.log.error({ err: error }, 'the keys of secrets were changed and cannot be read'),
  );
  const directory = opening.use(openDirectory(context, db));
  const settings = opening.use(openSettings(context, db));
  const recipients = opening.use(openRecipients(context));
  const parts: Parts = { context, db, vault, directory, settings, recipients, askGame: askGameThrough(context, directory) };
  opening.use(startHolderWatch(parts));
  opening.use(startPlayersOffline(parts));
  opening.use(await serve(context.bus, [...db.provisioningAnswers(), ...gameServersAnswers(parts)]));
  opening.use(startBanExpiry(parts));
  opening.use(startMeetingNewcomers(parts));
  opening.use(startJobs(parts));
  opening.use(startResealing(parts));
  return opening.move();
}

export async function startGameServersProcess(context: ServiceContext): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const db = opening.use(await openGameServersDb({ ...databaseFrom(context.env), log: context.log, bus: context.bus }));
  context.readiness.add('migrations of tenants are pending', async () => (await db.pendingMigrations()) === 0);
  opening.use(await startGameServers(context, db));
  return opening.move();
}
