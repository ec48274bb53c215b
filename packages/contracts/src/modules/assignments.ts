import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Page, Strict, Uuid } from '../shapes.ts';
import { FunctionAssignmentOutput } from './shapes.ts';

/** Ours: which functions a command, hook or cron job runs, in which order. */
export const searchAssignments = request({
  service: 'modules',
  operation: 'search-assignments',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/function/assignment/search', id: 'FunctionAssignmentController_search' },
  input: Search({ filters: { functionId: Uuid, cronJob: Uuid, hook: Uuid, command: Uuid, id: Uuid } }),
  output: Page(FunctionAssignmentOutput),
  errors: [],
});

/** Assigns a function of the same version to exactly one component: after those it has, or at a position that is free. */
export const createAssignment = request({
  service: 'modules',
  operation: 'create-assignment',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/function/assignment', id: 'FunctionAssignmentController_create' },
  input: Strict({
    functionId: Uuid,
    cronJob: Type.Optional(Uuid),
    hook: Type.Optional(Uuid),
    command: Type.Optional(Uuid),
    position: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  }),
  output: FunctionAssignmentOutput,
  errors: [
    'FUNCTION_NOT_FOUND',
    'COMMAND_NOT_FOUND',
    'HOOK_NOT_FOUND',
    'CRON_JOB_NOT_FOUND',
    'COMPONENT_NOT_IN_VERSION',
    'ASSIGNMENT_TAKEN',
    'MODULE_BUILTIN',
    'VERSION_TAGGED',
  ],
});

export const deleteAssignment = request({
  service: 'modules',
  operation: 'delete-assignment',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/function/assignment/:id', id: 'FunctionAssignmentController_delete' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['ASSIGNMENT_NOT_FOUND', 'ASSIGNMENT_ORIGINAL', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});
