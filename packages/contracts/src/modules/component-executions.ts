import { Type } from 'typebox';
import { request } from '../contract.ts';
import { EVENT_SEARCH, EventOutput } from '../events/rest.ts';
import { SearchWith } from '../search.ts';
import { Page, Uuid } from '../shapes.ts';

/** What both the path and the query say, beside the search of events in the body. */
const input = SearchWith({ id: Uuid, success: Type.Optional(Type.Boolean()) }, EVENT_SEARCH);
const output = Page(EventOutput);
const query = ['success'] as const;
const rest = { service: 'modules', permission: 'READ_MODULES', input, output, errors: [], idempotent: true } as const;

/** The executions of a command as the history has them: all, or with `success` those that succeeded, or those that did not. */
export const getCommandExecutions = request({
  ...rest,
  operation: 'get-command-executions',
  rest: { method: 'POST', path: '/command/:id/executions', id: 'CommandController_getExecutions', query },
});

export const getHookExecutions = request({
  ...rest,
  operation: 'get-hook-executions',
  rest: { method: 'POST', path: '/hook/:id/executions', id: 'HookController_getExecutions', query },
});

export const getCronJobExecutions = request({
  ...rest,
  operation: 'get-cron-job-executions',
  rest: { method: 'POST', path: '/cronjob/:id/executions', id: 'CronJobController_getExecutions', query },
});
