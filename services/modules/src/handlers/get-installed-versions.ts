import type { Handler } from '@takaro/bus';
import type { getInstalledVersions } from '@takaro/contracts/modules/internal';
import type { Parts } from '../parts.ts';

export const handleGetInstalledVersions =
  ({ db }: Parts): Handler<typeof getInstalledVersions> =>
  async (_input, { domainId }) => {
    const rows = await db.sql<{ id: string; tag: string; moduleId: string; name: string }>(
      domainId,
      `select v."id", v."tag", m."id" as "moduleId", m."name" from {schema}."moduleVersion" v
         join {schema}."module" m on m."id" = v."moduleId"
        where exists (select from {schema}."moduleInstallation" i where i."versionId" = v."id") order by m."name", v."tag"`,
    );
    return rows.map(({ id, tag, moduleId, name }) => ({ id, tag, module: { id: moduleId, name } }));
  };
