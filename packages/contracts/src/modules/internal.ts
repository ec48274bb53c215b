import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Empty, Strict, Uuid } from '../shapes.ts';
import { ModuleOutput } from './shapes.ts';

/** For relations named `module` in the results of others. Ids that nobody knows are left out. */
export const getModulesByIds = request({
  service: 'modules',
  operation: 'get-modules-by-ids',
  access: 'internal',
  input: Strict({ ids: Type.Array(Uuid, { maxItems: 1_000 }) }),
  output: Type.Array(ModuleOutput),
  errors: [],
  idempotent: true,
});

/** The versions that are installed on some game server, each once, as outputs of others name them. */
export const getInstalledVersions = request({
  service: 'modules',
  operation: 'get-installed-versions',
  access: 'internal',
  input: Strict({}),
  output: Type.Array(Strict({ id: Uuid, tag: Type.String(), module: Strict({ id: Uuid, name: Type.String() }) })),
  errors: [],
  idempotent: true,
});

/** Deletes variables that expired, which nobody sees any more. */
export const cleanVariables = request({
  service: 'modules',
  operation: 'clean-variables',
  access: 'internal',
  callers: ['gameservers'],
  input: Strict({}),
  output: Strict({ deleted: Type.Integer({ minimum: 0 }) }),
  errors: [],
  timeoutMs: 10_000,
  idempotent: true,
});

/** Every installed cron job that is not in the index of what is due comes into it. */
export const ensureCronJobs = request({
  service: 'modules',
  operation: 'ensure-cron-jobs',
  access: 'internal',
  callers: ['gameservers'],
  input: Strict({}),
  output: Empty,
  errors: [],
  timeoutMs: 10_000,
  idempotent: true,
});
