import { fileURLToPath } from 'node:url';
import { type Answer, answers, type Bus, serve } from '@takaro/bus';
import * as actions from '@takaro/contracts/gameservers/game-actions';
import * as operations from '@takaro/contracts/gameservers/game-servers';
import * as internal from '@takaro/contracts/gameservers/internal';
import { databaseFrom, required, type ServiceContext } from '@takaro/process';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import type { Logger } from 'pino';
import { askGameThrough } from './ask-game.ts';
import { openDirectory } from './directory.ts';
import { GameServer } from './game-server.entity.ts';
import { handleCreateGameServer } from './handlers/create-game-server.ts';
import { handleDisableGameServers } from './handlers/disable-game-servers.ts';
import { handleExecuteCommand } from './handlers/execute-command.ts';
import { handleGetEffectiveSettings } from './handlers/get-effective-settings.ts';
import { handleGetGameServerSettings } from './handlers/get-game-server-settings.ts';
import { handleGetGameServerTypes } from './handlers/get-game-server-types.ts';
import { handleGetGameServer } from './handlers/get-game-server.ts';
import { handleGetGameServersByIds } from './handlers/get-game-servers-by-ids.ts';
import { handleGetPlayersOnline } from './handlers/get-players-online.ts';
import { handleGiveItem } from './handlers/give-item.ts';
import { handleIdentifyGameServer } from './handlers/identify-game-server.ts';
import { handleKickPlayer } from './handlers/kick-player.ts';
import { handleRemoveGameServer } from './handlers/remove-game-server.ts';
import { handleSearchGameServers } from './handlers/search-game-servers.ts';
import { handleSendMessage } from './handlers/send-message.ts';
import { handleSetGameServerSetting } from './handlers/set-game-server-setting.ts';
import { handleSetReachable } from './handlers/set-reachable.ts';
import { handleShutdownGameServer } from './handlers/shutdown-game-server.ts';
import { handleTeleportPlayer } from './handlers/teleport-player.ts';
import { handleTestReachability } from './handlers/test-reachability.ts';
import { handleUpdateGameServer } from './handlers/update-game-server.ts';
import { startHolderWatch } from './holders.ts';
import type { Parts } from './parts.ts';
import { startPlayersOffline } from './players-offline.ts';
import { startResealing } from './reseal.ts';
import { openSettings } from './settings.ts';
import { openVaultIn } from './vault.ts';

const answersOf = (parts: Parts): readonly Answer[] => [
  answers(operations.searchGameServers, handleSearchGameServers(parts)),
  answers(operations.getGameServerTypes, handleGetGameServerTypes()),
  answers(operations.getGameServer, handleGetGameServer(parts)),
  answers(operations.createGameServer, handleCreateGameServer(parts)),
  answers(operations.updateGameServer, handleUpdateGameServer(parts)),
  answers(operations.removeGameServer, handleRemoveGameServer(parts)),
  answers(actions.testReachability, handleTestReachability(parts)),
  answers(actions.executeCommand, handleExecuteCommand(parts)),
  answers(actions.sendMessage, handleSendMessage(parts)),
  answers(actions.teleportPlayer, handleTeleportPlayer(parts)),
  answers(actions.kickPlayer, handleKickPlayer(parts)),
  answers(actions.giveItem, handleGiveItem(parts)),
  answers(actions.getPlayersOnline, handleGetPlayersOnline(parts)),
  answers(actions.shutdownGameServer, handleShutdownGameServer(parts)),
  answers(internal.identifyGameServer, handleIdentifyGameServer(parts)),
  answers(internal.setReachable, handleSetReachable(parts)),
  answers(internal.getGameServersByIds, handleGetGameServersByIds(parts)),
  answers(internal.getEffectiveSettings, handleGetEffectiveSettings(parts)),
  answers(internal.getGameServerSettings, handleGetGameServerSettings(parts)),
  answers(internal.setGameServerSetting, handleSetGameServerSetting(parts)),
  answers(internal.disableGameServers, handleDisableGameServers(parts)),
];

/** The tables of game servers, with the outbox relayed to the bus. */
export const openGameServersDb = (
  options: ReturnType<typeof databaseFrom> & { readonly log: Logger; readonly bus: Bus },
): Promise<TenantDb> =>
  openTenantDb({ service: 'gameservers', entities: [GameServer], folder: fileURLToPath(new URL('..', import.meta.url)), ...options });

/** Answers for game servers until disposed. Reads `TAKARO_SECRETS_KEY_FILE`. */
export async function startGameServers(context: ServiceContext, db: TenantDb): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const vault = openVaultIn(required(context.env, 'TAKARO_SECRETS_KEY_FILE'), (error) =>
    context.log.error({ err: error }, 'the keys of secrets were changed and cannot be read'),
  );
  const directory = opening.use(openDirectory(context, db));
  const settings = opening.use(openSettings(context, db));
  const parts: Parts = { context, db, vault, directory, settings, askGame: askGameThrough(context, directory) };
  opening.use(startHolderWatch(parts));
  opening.use(startPlayersOffline(parts));
  opening.use(await serve(context.bus, [...db.provisioningAnswers(), ...answersOf(parts)]));
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
