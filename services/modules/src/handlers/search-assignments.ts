import type { Handler } from '@takaro/bus';
import type { searchAssignments } from '@takaro/contracts/modules/assignments';
import { searchPage } from '@takaro/tenant-db';
import { FunctionAssignment } from '../entities/component.entity.ts';
import { assignmentOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';

export const handleSearchAssignments =
  ({ db }: Parts): Handler<typeof searchAssignments> =>
  async (input, { domainId }) => {
    const { rows, ...page } = await searchPage(await db.em(domainId), FunctionAssignment, input);
    return { rows: rows.map(assignmentOutput), ...page };
  };
