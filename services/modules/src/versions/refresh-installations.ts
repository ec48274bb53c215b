import type { Tx } from '@takaro/tenant-db';
import { withDefaults } from './config-validation.ts';
import { type ConfigurableParts, systemConfigSchema } from './system-config.ts';

export interface Rename {
  readonly section: 'commands' | 'hooks' | 'cronJobs';
  readonly from: string;
  readonly to: string;
}

type Config = Record<string, unknown>;

/**
 * Gives every installation of a version the defaults of its new components, moves the configuration of a renamed one, and drops that
 * of components that are gone.
 */
export async function refreshInstallations(tx: Tx, versionId: string, rename?: Rename): Promise<void> {
  const installations = await tx.sql<{ id: string; systemConfig: Config }>(
    'select "id", "systemConfig" from {schema}."moduleInstallation" where "versionId" = $1 for update',
    [versionId],
  );
  if (installations.length === 0) return;
  const parts = await readConfigurableParts(tx, versionId);
  const schema = JSON.stringify(systemConfigSchema(parts));
  for (const { id, systemConfig } of installations) {
    const config = withDefaults(schema, withoutStrangers(renamed(systemConfig, rename), parts));
    await tx.sql('update {schema}."moduleInstallation" set "systemConfig" = $2 where "id" = $1', [id, JSON.stringify(config)]);
  }
}

export async function readConfigurableParts({ sql }: Pick<Tx, 'sql'>, versionId: string): Promise<ConfigurableParts> {
  return {
    commands: await sql('select "name" from {schema}."command" where "versionId" = $1 order by "name"', [versionId]),
    hooks: await sql('select "name", "eventType" from {schema}."hook" where "versionId" = $1 order by "name"', [versionId]),
    cronJobs: await sql('select "name", "temporalValue" from {schema}."cron" where "versionId" = $1 order by "name"', [versionId]),
  };
}

const isConfig = (value: unknown): value is Config => typeof value === 'object' && value !== null && !Array.isArray(value);

function renamed(config: Config, rename?: Rename): Config {
  const entries = rename && config[rename.section];
  if (!rename || !isConfig(entries) || !(rename.from in entries)) return config;
  const { [rename.from]: moved, ...rest } = entries;
  return { ...config, [rename.section]: { ...rest, [rename.to]: moved } };
}

function withoutStrangers(config: Config, parts: ConfigurableParts): Config {
  const kept: Config = { ...config };
  for (const section of ['commands', 'hooks', 'cronJobs'] as const) {
    const entries = config[section];
    const names = new Set(parts[section].map(({ name }) => name));
    if (names.size === 0) delete kept[section];
    else if (isConfig(entries)) kept[section] = Object.fromEntries(Object.entries(entries).filter(([name]) => names.has(name)));
  }
  return kept;
}
