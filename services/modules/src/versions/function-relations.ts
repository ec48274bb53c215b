import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { FunctionWithRelations } from '@takaro/contracts/modules/shapes';
import type { SearchInput } from '@takaro/contracts/search';
import { Command, Cron, type FunctionRow, Hook } from '../entities/component.entity.ts';
import { ModuleVersion } from '../entities/module.entity.ts';
import { cronJobOutput, functionOutput, hookOutput } from '../outputs.ts';
import { commandOutputs } from './read-components.ts';
import { ownFunctions, readVersions } from './read-versions.ts';

type Relation = 'version' | 'cronJob' | 'hook' | 'command';
type Loaded = { readonly [Name in Relation]?: FunctionWithRelations[Name] };

/** The component is the one that the function was written for: others that run it are told by its assignments. */
export async function functionsWithRelations(
  em: SqlEntityManager,
  rows: readonly FunctionRow[],
  { extend = [] }: Pick<SearchInput, 'extend'>,
): Promise<FunctionWithRelations[]> {
  const relations = await Promise.all(LOADERS.filter(([name]) => extend.includes(name)).map(([, load]) => load(em, rows)));
  return rows.map((row) => Object.assign(functionOutput(row), ...relations.map((relationOf) => relationOf(row))));
}

type Load = (em: SqlEntityManager, rows: readonly FunctionRow[]) => Promise<(row: FunctionRow) => Loaded>;

const written = (rows: readonly FunctionRow[]) => ({ functionId: { $in: rows.map(({ id }) => id) } });

const LOADERS: readonly (readonly [Relation, Load])[] = [
  [
    'version',
    async (em, rows) => {
      const versions = await readVersions(
        em,
        await em.find(ModuleVersion, { id: { $in: rows.flatMap(({ versionId }) => versionId ?? []) } }),
      );
      return ({ versionId }) => ({ version: versions.find(({ id }) => id === versionId) ?? null });
    },
  ],
  [
    'cronJob',
    async (em, rows) => {
      const crons = (await em.find(Cron, written(rows))).map((cron) => cronJobOutput(cron, ownFunctions(rows)(cron)));
      return ({ id }) => ({ cronJob: crons.find((cron) => cron.function.id === id) ?? null });
    },
  ],
  [
    'hook',
    async (em, rows) => {
      const hooks = (await em.find(Hook, written(rows))).map((hook) => hookOutput(hook, ownFunctions(rows)(hook)));
      return ({ id }) => ({ hook: hooks.find((hook) => hook.function.id === id) ?? null });
    },
  ],
  [
    'command',
    async (em, rows) => {
      const commands = await commandOutputs(em, await em.find(Command, written(rows)));
      return ({ id }) => ({ command: commands.find(({ functionId }) => functionId === id) ?? null });
    },
  ],
];
