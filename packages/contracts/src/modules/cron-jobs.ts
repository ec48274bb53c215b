import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Page, Strict, Uuid } from '../shapes.ts';
import { Code, CronJobOutput, Description } from './shapes.ts';

const Name = Type.String({ minLength: 1, maxLength: 50 });
/**
 * A cron pattern of 5 fields, or 6 with seconds first, read in the domain's time zone. One that never comes due is refused, and one that
 * comes due faster than every `LIMITS.cronIntervalMs`.
 */
const TemporalValue = Type.String({ minLength: 1, maxLength: 255 });
const written = { description: Type.Optional(Description), function: Type.Optional(Code) };

export const searchCronJobs = request({
  service: 'modules',
  operation: 'search-cron-jobs',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/cronjob/search', id: 'CronJobController_search' },
  input: Search({
    filters: { moduleId: Uuid, versionId: Uuid, name: Type.String(), id: Uuid },
    search: ['name'],
    /** The first two are taken and have no effect, as in the published API. */
    extend: ['module', 'gameServer', 'functionAssignments'],
  }),
  output: Page(CronJobOutput),
  errors: [],
});

export const getCronJob = request({
  service: 'modules',
  operation: 'get-cron-job',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: '/cronjob/:id', id: 'CronJobController_getOne' },
  input: Strict({ id: Uuid }),
  output: CronJobOutput,
  errors: ['CRON_JOB_NOT_FOUND'],
});

export const createCronJob = request({
  service: 'modules',
  operation: 'create-cron-job',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/cronjob', id: 'CronJobController_create' },
  input: Strict({ name: Name, temporalValue: TemporalValue, versionId: Uuid, ...written }),
  output: CronJobOutput,
  errors: ['VERSION_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'CRON_INVALID', 'MODULE_BUILTIN', 'VERSION_TAGGED', 'FUNCTIONS_LIMIT'],
});

export const updateCronJob = request({
  service: 'modules',
  operation: 'update-cron-job',
  permission: 'MANAGE_MODULES',
  rest: { method: 'PUT', path: '/cronjob/:id', id: 'CronJobController_update' },
  input: Strict({ id: Uuid, name: Type.Optional(Name), temporalValue: Type.Optional(TemporalValue), ...written }),
  output: CronJobOutput,
  errors: ['CRON_JOB_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'CRON_INVALID', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const removeCronJob = request({
  service: 'modules',
  operation: 'remove-cron-job',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/cronjob/:id', id: 'CronJobController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['CRON_JOB_NOT_FOUND', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

/** Runs the job now, for the installation of the module on the game server. */
export const triggerCronJob = request({
  service: 'modules',
  operation: 'trigger-cron-job',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/cronjob/trigger', id: 'CronJobController_trigger' },
  input: Strict({ gameServerId: Uuid, cronjobId: Uuid, moduleId: Uuid }),
  output: Empty,
  errors: ['INSTALLATION_NOT_FOUND', 'CRON_JOB_NOT_FOUND'],
});
