import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Strict, Uuid } from '../shapes.ts';
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
