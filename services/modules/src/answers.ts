import { type Answer, answers } from '@takaro/bus';
import * as assignments from '@takaro/contracts/modules/assignments';
import * as commands from '@takaro/contracts/modules/commands';
import * as componentExecutions from '@takaro/contracts/modules/component-executions';
import * as cronJobs from '@takaro/contracts/modules/cron-jobs';
import * as history from '@takaro/contracts/modules/execution-history';
import * as executions from '@takaro/contracts/modules/executions';
import * as functions from '@takaro/contracts/modules/functions';
import * as hooks from '@takaro/contracts/modules/hooks';
import * as installations from '@takaro/contracts/modules/installations';
import { cleanVariables, ensureCronJobs, getInstalledVersions, getModulesByIds } from '@takaro/contracts/modules/internal';
import * as modules from '@takaro/contracts/modules/modules';
import { exportModule, importModule } from '@takaro/contracts/modules/transfer';
import * as variables from '@takaro/contracts/modules/variables';
import type { ClaimBatches } from './executions/claim.ts';
import type { MarkBatches } from './executions/mark-effects.ts';
import { handleClaimExecution } from './handlers/claim-execution.ts';
import { handleCleanVariables } from './handlers/clean-variables.ts';
import { handleCreateAssignment } from './handlers/create-assignment.ts';
import { handleCreateCommandArgument } from './handlers/create-command-argument.ts';
import { handleCreateCommand } from './handlers/create-command.ts';
import { handleCreateCronJob } from './handlers/create-cron-job.ts';
import { handleCreateFunction } from './handlers/create-function.ts';
import { handleCreateHook } from './handlers/create-hook.ts';
import { handleCreateModule } from './handlers/create-module.ts';
import { handleCreateVariable } from './handlers/create-variable.ts';
import { handleDeleteAssignment } from './handlers/delete-assignment.ts';
import { handleDeleteVariable } from './handlers/delete-variable.ts';
import { handleEnsureCronJobs } from './handlers/ensure-cron-jobs.ts';
import { handleExportModule } from './handlers/export-module.ts';
import { handleFindVariable } from './handlers/find-variable.ts';
import { type FinishBatches, handleFinishExecution } from './handlers/finish-execution.ts';
import { handleGetCommandExecutions } from './handlers/get-command-executions.ts';
import { handleGetCommand } from './handlers/get-command.ts';
import { handleGetCronJobExecutions } from './handlers/get-cron-job-executions.ts';
import { handleGetCronJob } from './handlers/get-cron-job.ts';
import { handleGetExecution } from './handlers/get-execution.ts';
import { handleGetFunction } from './handlers/get-function.ts';
import { handleGetHookExecutions } from './handlers/get-hook-executions.ts';
import { handleGetHook } from './handlers/get-hook.ts';
import { handleGetInstallation } from './handlers/get-installation.ts';
import { handleGetInstalledVersions } from './handlers/get-installed-versions.ts';
import { handleGetModuleVersion } from './handlers/get-module-version.ts';
import { handleGetModule } from './handlers/get-module.ts';
import { handleGetModulesByIds } from './handlers/get-modules-by-ids.ts';
import { handleGetVersionContent } from './handlers/get-version-content.ts';
import { handleHeartbeatExecutions } from './handlers/heartbeat-executions.ts';
import { handleImportModule } from './handlers/import-module.ts';
import { handleInstallModule } from './handlers/install-module.ts';
import { handleMarkEffect } from './handlers/mark-effect.ts';
import { handleRemoveCommandArgument } from './handlers/remove-command-argument.ts';
import { handleRemoveCommand } from './handlers/remove-command.ts';
import { handleRemoveCronJob } from './handlers/remove-cron-job.ts';
import { handleRemoveFunction } from './handlers/remove-function.ts';
import { handleRemoveHook } from './handlers/remove-hook.ts';
import { handleRemoveModule } from './handlers/remove-module.ts';
import { handleRerunExecution } from './handlers/rerun-execution.ts';
import { handleSearchAssignments } from './handlers/search-assignments.ts';
import { handleSearchCommands } from './handlers/search-commands.ts';
import { handleSearchCronJobs } from './handlers/search-cron-jobs.ts';
import { handleSearchExecutions } from './handlers/search-executions.ts';
import { handleSearchFunctions } from './handlers/search-functions.ts';
import { handleSearchHooks } from './handlers/search-hooks.ts';
import { handleSearchInstallations } from './handlers/search-installations.ts';
import { handleSearchModuleVersions } from './handlers/search-module-versions.ts';
import { handleSearchModules } from './handlers/search-modules.ts';
import { handleSearchVariables } from './handlers/search-variables.ts';
import { handleTagVersion } from './handlers/tag-version.ts';
import { handleTriggerCommand } from './handlers/trigger-command.ts';
import { handleTriggerCronJob } from './handlers/trigger-cron-job.ts';
import { handleTriggerHook } from './handlers/trigger-hook.ts';
import { handleUninstallModule } from './handlers/uninstall-module.ts';
import { handleUpdateCommandArgument } from './handlers/update-command-argument.ts';
import { handleUpdateCommand } from './handlers/update-command.ts';
import { handleUpdateCronJob } from './handlers/update-cron-job.ts';
import { handleUpdateFunction } from './handlers/update-function.ts';
import { handleUpdateHook } from './handlers/update-hook.ts';
import { handleUpdateModule } from './handlers/update-module.ts';
import { handleUpdateVariable } from './handlers/update-variable.ts';
import type { Parts } from './parts.ts';

/** Modules, their versions and what they are made of. */
export const moduleAnswers = (parts: Parts): readonly Answer[] => [
  answers(modules.searchModules, handleSearchModules(parts)),
  answers(modules.getModule, handleGetModule(parts)),
  answers(modules.createModule, handleCreateModule(parts)),
  answers(modules.updateModule, handleUpdateModule(parts)),
  answers(modules.removeModule, handleRemoveModule(parts)),
  answers(modules.getModuleVersion, handleGetModuleVersion(parts)),
  answers(modules.searchModuleVersions, handleSearchModuleVersions(parts)),
  answers(modules.tagVersion, handleTagVersion(parts)),
  answers(exportModule, handleExportModule(parts)),
  answers(importModule, handleImportModule(parts)),
  answers(functions.searchFunctions, handleSearchFunctions(parts)),
  answers(functions.getFunction, handleGetFunction(parts)),
  answers(functions.createFunction, handleCreateFunction(parts)),
  answers(functions.updateFunction, handleUpdateFunction(parts)),
  answers(functions.removeFunction, handleRemoveFunction(parts)),
  answers(assignments.searchAssignments, handleSearchAssignments(parts)),
  answers(assignments.createAssignment, handleCreateAssignment(parts)),
  answers(assignments.deleteAssignment, handleDeleteAssignment(parts)),
  answers(commands.searchCommands, handleSearchCommands(parts)),
  answers(commands.getCommand, handleGetCommand(parts)),
  answers(commands.createCommand, handleCreateCommand(parts)),
  answers(commands.updateCommand, handleUpdateCommand(parts)),
  answers(commands.removeCommand, handleRemoveCommand(parts)),
  answers(commands.createCommandArgument, handleCreateCommandArgument(parts)),
  answers(commands.updateCommandArgument, handleUpdateCommandArgument(parts)),
  answers(commands.removeCommandArgument, handleRemoveCommandArgument(parts)),
  answers(hooks.searchHooks, handleSearchHooks(parts)),
  answers(hooks.getHook, handleGetHook(parts)),
  answers(hooks.createHook, handleCreateHook(parts)),
  answers(hooks.updateHook, handleUpdateHook(parts)),
  answers(hooks.removeHook, handleRemoveHook(parts)),
  answers(cronJobs.searchCronJobs, handleSearchCronJobs(parts)),
  answers(cronJobs.getCronJob, handleGetCronJob(parts)),
  answers(cronJobs.createCronJob, handleCreateCronJob(parts)),
  answers(cronJobs.updateCronJob, handleUpdateCronJob(parts)),
  answers(cronJobs.removeCronJob, handleRemoveCronJob(parts)),
  answers(getInstalledVersions, handleGetInstalledVersions(parts)),
  answers(getModulesByIds, handleGetModulesByIds(parts)),
  answers(cleanVariables, handleCleanVariables(parts)),
  answers(ensureCronJobs, handleEnsureCronJobs(parts)),
];

/** What runners say, written by the batch. */
export interface RunnerBatches {
  readonly claims: ClaimBatches;
  readonly finishes: FinishBatches;
  readonly marks: MarkBatches;
}

/** What runs, by hand and on a game server, and what functions keep. */
export const runtimeAnswers = (parts: Parts, { claims, finishes, marks }: RunnerBatches): readonly Answer[] => [
  answers(installations.searchInstallations, handleSearchInstallations(parts)),
  answers(installations.getInstallation, handleGetInstallation(parts)),
  answers(installations.installModule, handleInstallModule(parts)),
  answers(installations.uninstallModule, handleUninstallModule(parts)),
  answers(commands.triggerCommand, handleTriggerCommand(parts)),
  answers(hooks.triggerHook, handleTriggerHook(parts)),
  answers(cronJobs.triggerCronJob, handleTriggerCronJob(parts)),
  answers(componentExecutions.getCommandExecutions, handleGetCommandExecutions(parts)),
  answers(componentExecutions.getHookExecutions, handleGetHookExecutions(parts)),
  answers(componentExecutions.getCronJobExecutions, handleGetCronJobExecutions(parts)),
  answers(variables.searchVariables, handleSearchVariables(parts)),
  answers(variables.findVariable, handleFindVariable(parts)),
  answers(variables.createVariable, handleCreateVariable(parts)),
  answers(variables.updateVariable, handleUpdateVariable(parts)),
  answers(variables.deleteVariable, handleDeleteVariable(parts)),
  answers(history.searchExecutions, handleSearchExecutions(parts)),
  answers(history.getExecution, handleGetExecution(parts)),
  answers(history.rerunExecution, handleRerunExecution(parts)),
  answers(executions.claimExecution, handleClaimExecution(parts, claims)),
  answers(executions.finishExecution, handleFinishExecution(finishes)),
  answers(executions.heartbeatExecutions, handleHeartbeatExecutions(parts)),
  answers(executions.markEffect, handleMarkEffect(marks)),
  answers(executions.getVersionContent, handleGetVersionContent(parts)),
];
