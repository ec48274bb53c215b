import type { TenantDb } from '@takaro/tenant-db';
import {
  type Assigned,
  type CommandArgument,
  type InstalledComponent,
  type InstalledModule,
  type SystemConfig,
  tenantModules,
  type TenantModules,
} from './tenant-modules.ts';

interface ComponentRow {
  readonly id: string;
  readonly name: string;
  readonly versionId: string;
  readonly kind: InstalledComponent['kind'];
  readonly fields: {
    readonly eventType: string;
    readonly searchString: string | null;
    readonly regex: string | null;
    readonly trigger: string;
    readonly requiredPermissions: readonly string[];
    readonly arguments: readonly CommandArgument[] | null;
    readonly temporalValue: string;
  };
  readonly assignments: readonly Assigned[];
}

const instant = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const INSTALLATIONS = `
  select i."id", i."moduleId", i."versionId", i."gameServerId", i."userConfig", i."systemConfig",
    ${instant('i."createdAt"')} as "createdAt", ${instant('i."updatedAt"')} as "updatedAt", v."revision" as "versionRevision",
    jsonb_build_object('id', m."id", 'name', m."name", 'enabled', m."enabled", 'builtin', m."builtin", 'author', m."author",
      'supportedGames', m."supportedGames", 'createdAt', ${instant('m."createdAt"')}, 'updatedAt', ${instant('m."updatedAt"')}) as "module"
  from {schema}."moduleInstallation" i
  join {schema}."module" m on m."id" = i."moduleId"
  join {schema}."moduleVersion" v on v."id" = i."versionId"
  order by i."createdAt", i."id"`;

const assignmentsOf = (column: string): string => `
  (select jsonb_agg(jsonb_build_object('assignmentId', a."id", 'functionId', a."functionId") order by a."position")
   from {schema}."functionAssignment" a where a."${column}" = c."id") as "assignments"`;

/** Code stays where it is: the runner asks for it once a version. */
const COMPONENTS = `
  with "installed" as (select distinct "versionId" from {schema}."moduleInstallation")
  select c."id", c."name", c."versionId", 'hook' as "kind", ${assignmentsOf('hook')},
    jsonb_build_object('eventType', c."eventType", 'searchString', c."searchString", 'regex', c."regex") as "fields"
  from {schema}."hook" c join "installed" using ("versionId")
  union all
  select c."id", c."name", c."versionId", 'command' as "kind", ${assignmentsOf('command')},
    jsonb_build_object('trigger', c."trigger", 'requiredPermissions', c."requiredPermissions", 'arguments',
      (select jsonb_agg(jsonb_build_object('name', g."name", 'type', g."type", 'defaultValue', g."defaultValue") order by g."position")
       from {schema}."commandArgument" g where g."commandId" = c."id")) as "fields"
  from {schema}."command" c join "installed" using ("versionId")
  union all
  select c."id", c."name", c."versionId", 'cronjob' as "kind", ${assignmentsOf('cronJob')},
    jsonb_build_object('temporalValue', c."temporalValue") as "fields"
  from {schema}."cron" c join "installed" using ("versionId")
  order by "name", "id"`;

/** Read after the revision: what is read is of that revision or newer, never older. */
export async function loadTenantModules(db: TenantDb, domainId: string, revision: string): Promise<TenantModules> {
  const installations = await db.sql<InstalledModule>(domainId, INSTALLATIONS);
  const rows = await db.sql<ComponentRow>(domainId, COMPONENTS);
  const rowsOf = Map.groupBy(rows, ({ versionId }) => versionId);
  const components = installations.flatMap((installation) =>
    (rowsOf.get(installation.versionId) ?? []).map((row) => installedComponent(row, installation)),
  );
  return tenantModules(revision, installations, components);
}

const SECTIONS = { hook: 'hooks', command: 'commands', cronjob: 'cronJobs' } as const satisfies Record<string, keyof SystemConfig>;

function installedComponent({ id, name, kind, fields, assignments }: ComponentRow, installation: InstalledModule): InstalledComponent {
  const { systemConfig, module } = installation;
  const config = systemConfig[SECTIONS[kind]]?.[name] ?? {};
  const enabled = module.enabled && systemConfig.enabled !== false && config.enabled !== false;
  const component = { id, name, installation, enabled, assignments };
  const { delay = 0, cooldown = 0, cooldownType = 'player', announceDelay = true } = config;
  const timing = { delayMs: Math.round(delay * 1_000), cooldownMs: Math.round(cooldown * 1_000) };
  if (kind === 'hook') {
    const { eventType, searchString, regex } = fields;
    return { kind, ...component, ...timing, cooldownType, eventType, searchString, regex };
  }
  if (kind === 'cronjob') {
    const { temporalValue = fields.temporalValue, missed = 'skip', overlap = 'skip' } = config;
    return { kind, ...component, temporalValue, missed, overlap };
  }
  const words = [fields.trigger, ...(config.aliases ?? [])].map((word) => word.toLowerCase());
  return {
    kind,
    ...component,
    ...timing,
    announceDelay,
    words,
    requiredPermissions: fields.requiredPermissions,
    arguments: fields.arguments ?? [],
    cost: config.cost ?? 0,
  };
}
