import type { AnyRequest, EventContract } from './contract.ts';
import * as eventsEvents from './events/events.ts';
import * as eventsGameEvents from './events/game-events.ts';
import * as eventsInternal from './events/internal.ts';
import * as eventsRest from './events/rest.ts';
import * as gameserversBans from './gameservers/bans.ts';
import * as gameserversCatalogue from './gameservers/catalogue.ts';
import * as gameserversEvents from './gameservers/events.ts';
import * as gameserversGameActions from './gameservers/game-actions.ts';
import * as gameserversGameServers from './gameservers/game-servers.ts';
import * as gameserversInternal from './gameservers/internal.ts';
import * as gameserversJobs from './gameservers/jobs.ts';
import * as modulesAssignments from './modules/assignments.ts';
import * as modulesCommands from './modules/commands.ts';
import * as modulesComponentExecutions from './modules/component-executions.ts';
import * as modulesCronJobs from './modules/cron-jobs.ts';
import * as modulesEvents from './modules/events.ts';
import * as modulesExecutionHistory from './modules/execution-history.ts';
import * as modulesExecutions from './modules/executions.ts';
import * as modulesFunctions from './modules/functions.ts';
import * as modulesHooks from './modules/hooks.ts';
import * as modulesInstallations from './modules/installations.ts';
import * as modulesInternal from './modules/internal.ts';
import * as modulesModules from './modules/modules.ts';
import * as modulesTransfer from './modules/transfer.ts';
import * as modulesVariables from './modules/variables.ts';
import { getMetrics, getReadiness, linkDomain, provisionDomain, removeDomain } from './platform.ts';
import * as playersInGames from './players/in-games.ts';
import * as playersInternal from './players/internal.ts';
import * as playersMyPlayer from './players/my-player.ts';
import * as playersPogRest from './players/pog-rest.ts';
import * as playersRemoval from './players/removal.ts';
import * as playersRest from './players/rest.ts';
import { SERVICE_NAMES, TABLE_SERVICES } from './services.ts';
import * as tenancyApiTokens from './tenancy/api-tokens.ts';
import * as tenancyAudit from './tenancy/audit.ts';
import * as tenancyDeadMessages from './tenancy/dead-messages.ts';
import * as tenancyDomains from './tenancy/domains.ts';
import * as tenancyEvents from './tenancy/events.ts';
import * as tenancyInternal from './tenancy/internal.ts';
import * as tenancyManageUsers from './tenancy/manage-users.ts';
import * as tenancyNewUsers from './tenancy/new-users.ts';
import * as tenancyPasswords from './tenancy/passwords.ts';
import * as tenancyPlayerLinks from './tenancy/player-links.ts';
import * as tenancyRoles from './tenancy/roles.ts';
import * as tenancySelectedDomain from './tenancy/selected-domain.ts';
import * as tenancySettings from './tenancy/settings.ts';
import * as tenancyUsers from './tenancy/users.ts';

/** One line per file of contracts; what they export is found by its `kind`. */
export const CONTRACT_FILES: readonly Readonly<Record<string, unknown>>[] = [
  eventsEvents,
  eventsGameEvents,
  eventsInternal,
  eventsRest,
  gameserversBans,
  gameserversCatalogue,
  gameserversEvents,
  gameserversGameActions,
  gameserversGameServers,
  gameserversInternal,
  gameserversJobs,
  modulesAssignments,
  modulesCommands,
  modulesComponentExecutions,
  modulesCronJobs,
  modulesEvents,
  modulesExecutionHistory,
  modulesExecutions,
  modulesFunctions,
  modulesHooks,
  modulesInstallations,
  modulesInternal,
  modulesModules,
  modulesTransfer,
  modulesVariables,
  playersInGames,
  playersInternal,
  playersMyPlayer,
  playersPogRest,
  playersRemoval,
  playersRest,
  tenancyApiTokens,
  tenancyAudit,
  tenancyDeadMessages,
  tenancyDomains,
  tenancyEvents,
  tenancyInternal,
  tenancyManageUsers,
  tenancyNewUsers,
  tenancyPasswords,
  tenancyPlayerLinks,
  tenancyRoles,
  tenancySelectedDomain,
  tenancySettings,
  tenancyUsers,
];

const ofKind = (kind: string): unknown[] =>
  CONTRACT_FILES.flatMap((file) => Object.values(file)).filter(
    (value) => typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind,
  );

/** Every operation of the system. */
export const ALL_REQUESTS: readonly AnyRequest[] = [
  ...(ofKind('request') as AnyRequest[]),
  ...SERVICE_NAMES.flatMap((service) => [getReadiness(service), getMetrics(service)]),
  ...TABLE_SERVICES.flatMap((service) => [provisionDomain(service), linkDomain(service), removeDomain(service)]),
];

/** Every event of the system. */
export const ALL_EVENTS: readonly EventContract<never>[] = ofKind('event') as EventContract<never>[];
