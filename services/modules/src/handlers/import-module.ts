import type { Handler } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import type { importModule, ModuleImport } from '@takaro/contracts/modules/transfer';
import { onUnique, type Tx } from '@takaro/tenant-db';
import { rcompare } from 'semver';
import { moduleEvent } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow, updateRow } from '../rows.ts';
import { type CheckedVersion, checkTransfer } from '../transfer/check-transfer.ts';
import { versionsIn } from '../transfer/from-transfer.ts';
import { refuseTooMany } from '../versions/module-limit.ts';
import { LATEST, readModule } from '../versions/read-modules.ts';
import { withNewPermissions } from '../versions/register-permissions.ts';
import { copyContent, writeContent } from '../versions/version-content.ts';

interface NewVersion extends CheckedVersion {
  readonly versionId: string;
}

/** Every version is made as it stands in the file. A file without `latest` makes one of its newest version. */
export const handleImportModule =
  (parts: Parts): Handler<typeof importModule> =>
  async (file, caller) => {
    const { domainId } = caller;
    const checked = withLatest(await checkTransfer(versionsIn(file), parts.context.limits.cronIntervalMs));
    const versions = checked.map((version): NewVersion => ({ ...version, versionId: newId() }));
    const { maxModules } = await parts.neighbours.limitsOf(domainId);
    return withNewPermissions(parts, domainId, (register) =>
      parts.db
        .transaction(domainId, async (tx) => {
          const moduleId = await insertModule(tx, file);
          await refuseTooMany(tx, maxModules);
          for (const version of versions) await insertVersion(tx, moduleId, version);
          // Last: it is another service's, and not taken back with the transaction.
          for (const { versionId, source } of versions) {
            const declared = (source.permissions ?? []).map(({ canHaveCount, ...rest }) => ({
              ...rest,
              canHaveCount: canHaveCount ?? false,
            }));
            if (declared.length === 0) continue;
            const permissions = await register({ moduleId, versionId, declared });
            await updateRow(tx, 'moduleVersion', versionId, { permissions: JSON.stringify(permissions) });
          }
          await tx.tell(moduleEvent(caller, { name: 'module-created', moduleId, at: new Date(parts.context.clock.now()) }));
          return readModule(tx.em, moduleId);
        })
        .catch(onUnique('module_name_key', 'MODULE_NAME_TAKEN')),
    );
  };

function withLatest(versions: readonly CheckedVersion[]): readonly CheckedVersion[] {
  const [newest] = versions.toSorted(({ source: one }, { source: other }) =>
    one.tag === LATEST ? -1 : other.tag === LATEST ? 1 : rcompare(one.tag, other.tag),
  );
  if (!newest || newest.source.tag === LATEST) return versions;
  return [{ source: { ...newest.source, tag: LATEST }, content: copyContent(newest.content) }, ...versions];
}

/** A second module of the name is called `<name>-imported`; a third is one too many. */
async function insertModule(tx: Tx, { name, author, supportedGames, enabled }: ModuleImport): Promise<string> {
  const [taken] = await tx.sql('select 1 from {schema}."module" where "name" = $1', [name]);
  return insertRow(tx, 'module', {
    name: taken ? `${name}-imported` : name,
    author: author ?? undefined,
    supportedGames: supportedGames ?? undefined,
    enabled: enabled ?? undefined,
  });
}

async function insertVersion(tx: Tx, moduleId: string, { versionId: id, source, content }: NewVersion): Promise<void> {
  const { tag, description, configSchema, uiSchema, defaultSystemConfig } = source;
  await insertRow(tx, 'moduleVersion', {
    id,
    moduleId,
    tag,
    description,
    configSchema,
    uiSchema: uiSchema ?? '{}',
    defaultSystemConfig: defaultSystemConfig ?? undefined,
  });
  await writeContent(tx, { id, moduleId }, content);
}
