import { Type } from 'typebox';
import { request } from '../contract.ts';
import { OneOf, Strict, Uuid } from '../shapes.ts';

const service = 'gameservers';

/** What is read from a game server. */
export const SYNC_JOBS = ['syncItems', 'syncEntities', 'syncBans'] as const;
export type SyncJob = (typeof SYNC_JOBS)[number];

/**
 * What is done for the whole domain, whatever game server is named. `deleteGameServers` removes for good what was removed; the others are
 * asked of the services whose business they are. `seedModules` finds nothing to do: there are no built-in modules yet.
 */
export const DOMAIN_JOBS = [
  'deleteGameServers',
  'seedModules',
  'ensureCronjobsScheduled',
  'cleanEvents',
  'cleanExpiringVariables',
] as const;
export type DomainJob = (typeof DOMAIN_JOBS)[number];

/** Those of the published API that nothing stands behind. */
export const ABSENT_JOBS = ['csmmImport', 'syncSteam', 'syncDiscordRoles'] as const;

export const JOB_TYPES = [...SYNC_JOBS, ...DOMAIN_JOBS, ...ABSENT_JOBS] as const;

export const JOB_STATUSES = ['pending', 'active', 'completed', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** JobStatusOutput of the published API. */
const JobStatusOutput = Type.Object({
  id: Uuid,
  status: OneOf(JOB_STATUSES),
  /** Only of one that failed. */
  failedReason: Type.Optional(Type.String()),
});

/** Queues the job, which is run once. `id` is a game server; jobs of the domain take any. */
export const triggerJob = request({
  service,
  operation: 'trigger-job',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/job/:type/:id', id: 'GameServerController_triggerJob' },
  input: Strict({ type: OneOf(JOB_TYPES), id: Uuid }),
  output: JobStatusOutput,
  errors: ['GAMESERVER_NOT_FOUND', 'JOB_NOT_AVAILABLE'],
});

/** `id` is what `trigger-job` answered. Jobs that ended are forgotten after a day. */
export const getJob = request({
  service,
  operation: 'get-job',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'GET', path: '/gameserver/job/:type/:id', id: 'GameServerController_getJob' },
  input: Strict({ type: OneOf(JOB_TYPES), id: Type.String({ minLength: 1, maxLength: 1_000 }) }),
  output: JobStatusOutput,
  errors: ['JOB_NOT_FOUND'],
});
