import { type Answer, answers } from '@takaro/bus';
import * as bans from '@takaro/contracts/gameservers/bans';
import * as catalogue from '@takaro/contracts/gameservers/catalogue';
import * as actions from '@takaro/contracts/gameservers/game-actions';
import * as operations from '@takaro/contracts/gameservers/game-servers';
import * as internal from '@takaro/contracts/gameservers/internal';
import * as jobs from '@takaro/contracts/gameservers/jobs';
import { handleBanPlayer } from './handlers/ban-player.ts';
import { handleCreateBan } from './handlers/create-ban.ts';
import { handleCreateGameServer } from './handlers/create-game-server.ts';
import { handleDeleteBan } from './handlers/delete-ban.ts';
import { handleDisableGameServers } from './handlers/disable-game-servers.ts';
import { handleExecuteCommand } from './handlers/execute-command.ts';
import { handleGetBan } from './handlers/get-ban.ts';
import { handleGetEffectiveSettings } from './handlers/get-effective-settings.ts';
import { handleGetEntity } from './handlers/get-entity.ts';
import { handleGetGameServerSettings } from './handlers/get-game-server-settings.ts';
import { handleGetGameServerTypes } from './handlers/get-game-server-types.ts';
import { handleGetGameServer } from './handlers/get-game-server.ts';
import { handleGetGameServersByIds } from './handlers/get-game-servers-by-ids.ts';
import { handleGetItem } from './handlers/get-item.ts';
import { handleGetJob } from './handlers/get-job.ts';
import { handleGetPlayersOnline } from './handlers/get-players-online.ts';
import { handleGiveItem } from './handlers/give-item.ts';
import { handleIdentifyGameServer } from './handlers/identify-game-server.ts';
import { handleKickPlayer } from './handlers/kick-player.ts';
import { handleListBans } from './handlers/list-bans.ts';
import { handleRemoveGameServer } from './handlers/remove-game-server.ts';
import { handleSearchBans } from './handlers/search-bans.ts';
import { handleSearchEntities } from './handlers/search-entities.ts';
import { handleSearchGameServers } from './handlers/search-game-servers.ts';
import { handleSearchItems } from './handlers/search-items.ts';
import { handleSendMessage } from './handlers/send-message.ts';
import { handleSetGameServerSetting } from './handlers/set-game-server-setting.ts';
import { handleSetReachable } from './handlers/set-reachable.ts';
import { handleShutdownGameServer } from './handlers/shutdown-game-server.ts';
import { handleTeleportPlayer } from './handlers/teleport-player.ts';
import { handleTestConnection } from './handlers/test-connection.ts';
import { handleTestReachability } from './handlers/test-reachability.ts';
import { handleTouchGameServers } from './handlers/touch-game-servers.ts';
import { handleTriggerJob } from './handlers/trigger-job.ts';
import { handleUnbanPlayer } from './handlers/unban-player.ts';
import { handleUpdateBan } from './handlers/update-ban.ts';
import { handleUpdateGameServer } from './handlers/update-game-server.ts';
import type { Parts } from './parts.ts';

/** Every operation of this service and what answers it. */
export const gameServersAnswers = (parts: Parts): readonly Answer[] => [
  answers(operations.searchGameServers, handleSearchGameServers(parts)),
  answers(operations.getGameServerTypes, handleGetGameServerTypes()),
  answers(operations.getGameServer, handleGetGameServer(parts)),
  answers(operations.createGameServer, handleCreateGameServer(parts)),
  answers(operations.updateGameServer, handleUpdateGameServer(parts)),
  answers(operations.removeGameServer, handleRemoveGameServer(parts)),
  answers(operations.testConnection, handleTestConnection()),
  answers(actions.testReachability, handleTestReachability(parts)),
  answers(actions.executeCommand, handleExecuteCommand(parts)),
  answers(actions.sendMessage, handleSendMessage(parts)),
  answers(actions.teleportPlayer, handleTeleportPlayer(parts)),
  answers(actions.kickPlayer, handleKickPlayer(parts)),
  answers(actions.giveItem, handleGiveItem(parts)),
  answers(actions.getPlayersOnline, handleGetPlayersOnline(parts)),
  answers(actions.shutdownGameServer, handleShutdownGameServer(parts)),
  answers(actions.banPlayer, handleBanPlayer(parts)),
  answers(actions.unbanPlayer, handleUnbanPlayer(parts)),
  answers(actions.listBans, handleListBans(parts)),
  answers(bans.searchBans, handleSearchBans(parts)),
  answers(bans.getBan, handleGetBan(parts)),
  answers(bans.createBan, handleCreateBan(parts)),
  answers(bans.updateBan, handleUpdateBan(parts)),
  answers(bans.deleteBan, handleDeleteBan(parts)),
  answers(catalogue.searchItems, handleSearchItems(parts)),
  answers(catalogue.getItem, handleGetItem(parts)),
  answers(catalogue.searchEntities, handleSearchEntities(parts)),
  answers(catalogue.getEntity, handleGetEntity(parts)),
  answers(jobs.triggerJob, handleTriggerJob(parts)),
  answers(jobs.getJob, handleGetJob(parts)),
  answers(internal.identifyGameServer, handleIdentifyGameServer(parts)),
  answers(internal.setReachable, handleSetReachable(parts)),
  answers(internal.getGameServersByIds, handleGetGameServersByIds(parts)),
  answers(internal.getEffectiveSettings, handleGetEffectiveSettings(parts)),
  answers(internal.getGameServerSettings, handleGetGameServerSettings(parts)),
  answers(internal.setGameServerSetting, handleSetGameServerSetting(parts)),
  answers(internal.disableGameServers, handleDisableGameServers(parts)),
  answers(internal.touchGameServers, handleTouchGameServers(parts)),
];
