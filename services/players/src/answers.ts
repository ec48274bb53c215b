import { type Answer, answers } from '@takaro/bus';
import { findPlayersInGame, getGamePlayer, getGamesOfPlayer, getPlayersOfGameServers } from '@takaro/contracts/players/in-games';
import {
  captureHold,
  disconnectPlayers,
  findPlayersByText,
  getPlayerContext,
  getPlayerProfile,
  getPlayersByIds,
  getPogsByIds,
  holdCurrency,
  releaseHold,
} from '@takaro/contracts/players/internal';
import { getMyPlayer } from '@takaro/contracts/players/my-player';
import {
  addCurrency,
  deductCurrency,
  getPog,
  resetCurrency,
  searchPogs,
  setCurrency,
  transferCurrency,
} from '@takaro/contracts/players/pog-rest';
import { deletePlayer, deletePlayers, deletePog, deletePogs } from '@takaro/contracts/players/removal';
import { assignPlayerRole, getPlayer, removePlayerRole, searchPlayers } from '@takaro/contracts/players/rest';
import { handleAddCurrency } from './handlers/add-currency.ts';
import { handleAssignPlayerRole } from './handlers/assign-player-role.ts';
import { handleCaptureHold } from './handlers/capture-hold.ts';
import { handleDeductCurrency } from './handlers/deduct-currency.ts';
import { handleDeletePlayer } from './handlers/delete-player.ts';
import { handleDeletePlayers } from './handlers/delete-players.ts';
import { handleDeletePog } from './handlers/delete-pog.ts';
import { handleDeletePogs } from './handlers/delete-pogs.ts';
import { handleDisconnectPlayers } from './handlers/disconnect-players.ts';
import { handleFindPlayersByText } from './handlers/find-players-by-text.ts';
import { handleFindPlayersInGame } from './handlers/find-players-in-game.ts';
import { handleGetGamePlayer } from './handlers/get-game-player.ts';
import { handleGetGamesOfPlayer } from './handlers/get-games-of-player.ts';
import { handleGetMyPlayer } from './handlers/get-my-player.ts';
import { handleGetPlayerContext } from './handlers/get-player-context.ts';
import { handleGetPlayerProfile } from './handlers/get-player-profile.ts';
import { handleGetPlayer } from './handlers/get-player.ts';
import { handleGetPlayersByIds } from './handlers/get-players-by-ids.ts';
import { handleGetPlayersOfGameServers } from './handlers/get-players-of-game-servers.ts';
import { handleGetPog } from './handlers/get-pog.ts';
import { handleGetPogsByIds } from './handlers/get-pogs-by-ids.ts';
import { handleHoldCurrency } from './handlers/hold-currency.ts';
import { handleReleaseHold } from './handlers/release-hold.ts';
import { handleRemovePlayerRole } from './handlers/remove-player-role.ts';
import { handleResetCurrency } from './handlers/reset-currency.ts';
import { handleSearchPlayers } from './handlers/search-players.ts';
import { handleSearchPogs } from './handlers/search-pogs.ts';
import { handleSetCurrency } from './handlers/set-currency.ts';
import { handleTransferCurrency } from './handlers/transfer-currency.ts';
import type { Parts } from './parts.ts';

/** Every operation of this service and what answers it. */
export const playersAnswers = (parts: Parts): Answer[] => [
  answers(searchPlayers, handleSearchPlayers(parts)),
  answers(getMyPlayer, handleGetMyPlayer(parts)),
  answers(getPlayer, handleGetPlayer(parts)),
  answers(assignPlayerRole, handleAssignPlayerRole(parts)),
  answers(removePlayerRole, handleRemovePlayerRole(parts)),
  answers(searchPogs, handleSearchPogs(parts)),
  answers(getPog, handleGetPog(parts)),
  answers(setCurrency, handleSetCurrency(parts)),
  answers(addCurrency, handleAddCurrency(parts)),
  answers(deductCurrency, handleDeductCurrency(parts)),
  answers(transferCurrency, handleTransferCurrency(parts)),
  answers(resetCurrency, handleResetCurrency(parts)),
  answers(deletePlayer, handleDeletePlayer(parts)),
  answers(deletePlayers, handleDeletePlayers(parts)),
  answers(deletePog, handleDeletePog(parts)),
  answers(deletePogs, handleDeletePogs(parts)),
  answers(disconnectPlayers, handleDisconnectPlayers(parts)),
  answers(getPlayerContext, handleGetPlayerContext(parts)),
  answers(getPlayerProfile, handleGetPlayerProfile(parts)),
  answers(getPlayersByIds, handleGetPlayersByIds(parts)),
  answers(getPogsByIds, handleGetPogsByIds(parts)),
  answers(findPlayersByText, handleFindPlayersByText(parts)),
  answers(getGamesOfPlayer, handleGetGamesOfPlayer(parts)),
  answers(findPlayersInGame, handleFindPlayersInGame(parts)),
  answers(getGamePlayer, handleGetGamePlayer(parts)),
  answers(getPlayersOfGameServers, handleGetPlayersOfGameServers(parts)),
  answers(holdCurrency, handleHoldCurrency(parts)),
  answers(captureHold, handleCaptureHold(parts)),
  answers(releaseHold, handleReleaseHold(parts)),
];
