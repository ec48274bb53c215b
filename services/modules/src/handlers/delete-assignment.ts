import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { deleteAssignment } from '@takaro/contracts/modules/assignments';
import { FunctionAssignment, FunctionEntity } from '../entities/component.entity.ts';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { findOr } from '../versions/own-function.ts';

export const handleDeleteAssignment =
  (parts: Parts): Handler<typeof deleteAssignment> =>
  async ({ id }, caller) => {
    const em = await parts.db.em(caller.domainId);
    const { position, functionId } = await findOr(em.findOne(FunctionAssignment, { id }), 'ASSIGNMENT_NOT_FOUND', id);
    if (position === 0) throw new ServiceError('ASSIGNMENT_ORIGINAL');
    const { versionId } = await em.findOneOrFail(FunctionEntity, { id: functionId });
    await changeVersion(parts, caller, { versionId: versionId ?? '' }, (tx) => deleteRow(tx, 'functionAssignment', id));
    return {};
  };
