import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { deleteAssignment } from '@takaro/contracts/modules/assignments';
import { FunctionAssignment } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { COMPONENT_TYPES, componentOf, findComponent, findOr } from '../versions/own-function.ts';

export const handleDeleteAssignment =
  (parts: Parts): Handler<typeof deleteAssignment> =>
  async ({ id }, caller) => {
    const em = await parts.db.em(caller.domainId);
    const assignment = await findOr(em.findOne(FunctionAssignment, { id }), 'ASSIGNMENT_NOT_FOUND', id);
    if (assignment.position === 0) throw new ServiceError('ASSIGNMENT_ORIGINAL');
    const { column, id: componentId } = componentOf(assignment);
    const component = await findComponent(em, column, componentId);
    const tells = () => changed('updated', COMPONENT_TYPES[column])(component);
    await changeVersion(parts, caller, { versionId: component.versionId, tells }, async (tx) => {
      if (!(await deleteRow(tx, 'functionAssignment', id))) throw new ServiceError('ASSIGNMENT_NOT_FOUND', { params: { id } });
    });
    return {};
  };
