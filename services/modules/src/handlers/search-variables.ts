import type { Handler } from '@takaro/bus';
import type { searchVariables } from '@takaro/contracts/modules/variables';
import { searchPage } from '@takaro/tenant-db';
import { Variable } from '../entities/execution.entity.ts';
import { Module } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { notExpired, variableOutput } from '../variables.ts';
import { readModules } from '../versions/read-modules.ts';

export const handleSearchVariables =
  ({ db, context }: Parts): Handler<typeof searchVariables> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, Variable, input, { where: notExpired(context.clock.now()) });
    if (!input.extend?.includes('module')) return { rows: rows.map(variableOutput), ...page };
    const ids = rows.flatMap(({ moduleId }) => moduleId ?? []);
    const modules = await readModules(em, await em.find(Module, { id: { $in: ids } }));
    const moduleOf = (moduleId: string | null | undefined) => modules.find(({ id }) => id === moduleId) ?? null;
    return { rows: rows.map((row) => ({ ...variableOutput(row), module: moduleOf(row.moduleId) })), ...page };
  };
