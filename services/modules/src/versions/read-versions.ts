import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ModuleVersionOutput } from '@takaro/contracts/modules/shapes';
import { Command, CommandArgument, Cron, FunctionEntity, type FunctionRow, Hook } from '../entities/component.entity.ts';
import type { ModuleVersionRow } from '../entities/module.entity.ts';
import { commandOutput, cronJobOutput, functionOutput, hookOutput, rowOutput } from '../outputs.ts';
import { systemConfigSchema } from './system-config.ts';

/** Versions with all that they are made of, in the order given. */
export async function readVersions(em: SqlEntityManager, versions: readonly ModuleVersionRow[]): Promise<ModuleVersionOutput[]> {
  const ofVersions = { versionId: { $in: versions.map(({ id }) => id) } };
  const byName = { orderBy: { name: 'asc', id: 'asc' } } as const;
  const commands = await em.find(Command, ofVersions, byName);
  const hooks = await em.find(Hook, ofVersions, byName);
  const crons = await em.find(Cron, ofVersions, byName);
  const functions = await em.find(FunctionEntity, ofVersions, byName);
  const commandArguments = await em.find(CommandArgument, { commandId: { $in: commands.map(({ id }) => id) } });
  const ownOf = ownFunctions(functions);
  return versions.map((version) => {
    const inVersion = ({ versionId }: { versionId?: string | null | undefined }): boolean => versionId === version.id;
    return versionOutput(version, {
      commands: commands.filter(inVersion).map((row) =>
        commandOutput(
          row,
          ownOf(row),
          commandArguments.filter(({ commandId }) => commandId === row.id),
        ),
      ),
      hooks: hooks.filter(inVersion).map((row) => hookOutput(row, ownOf(row))),
      cronJobs: crons.filter(inVersion).map((row) => cronJobOutput(row, ownOf(row))),
      functions: functions.filter((row) => inVersion(row) && typeof row.name === 'string').map(functionOutput),
    });
  });
}

type Components = Pick<ModuleVersionOutput, 'commands' | 'hooks' | 'cronJobs' | 'functions'>;

const versionOutput = (row: ModuleVersionRow, components: Components): ModuleVersionOutput => ({
  tag: row.tag,
  description: row.description,
  configSchema: row.configSchema,
  uiSchema: row.uiSchema,
  systemConfigSchema: JSON.stringify(systemConfigSchema(components)),
  defaultSystemConfig: row.defaultSystemConfig ?? null,
  moduleId: row.moduleId,
  ...components,
  permissions: row.permissions,
  ...rowOutput(row),
});

/** Finds the function that a component was written with. */
export function ownFunctions(functions: readonly FunctionRow[]): (component: { functionId: string }) => FunctionRow {
  const byId = new Map(functions.map((row) => [row.id, row]));
  return ({ functionId }) => {
    const own = byId.get(functionId);
    if (!own) throw new Error(`function ${functionId} of a component is missing`);
    return own;
  };
}
