import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { createAssignment } from '@takaro/contracts/modules/assignments';
import { onUnique } from '@takaro/tenant-db';
import { FunctionAssignment, FunctionEntity } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import { assignmentOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { COMPONENT_TYPES, type ComponentColumn, findComponent, findOr } from '../versions/own-function.ts';

type Input = Parameters<Handler<typeof createAssignment>>[0];

export const handleCreateAssignment =
  (parts: Parts): Handler<typeof createAssignment> =>
  async (input, caller) => {
    const { column, id: componentId } = componentIn(input);
    const em = await parts.db.em(caller.domainId);
    const { functionId } = input;
    const own = await findOr(em.findOne(FunctionEntity, { id: functionId }), 'FUNCTION_NOT_FOUND', functionId);
    const component = await findComponent(em, column, componentId);
    if (own.versionId !== component.versionId) throw new ServiceError('COMPONENT_NOT_IN_VERSION');
    const tells = () => changed('updated', COMPONENT_TYPES[column])(component);
    return changeVersion(parts, caller, { versionId: component.versionId, tells }, async (tx) => {
      const [last] = await tx.sql<{ position: number }>(
        `select max("position") as "position" from {schema}."functionAssignment" where "${column}" = $1`,
        [componentId],
      );
      const position = input.position ?? (last?.position ?? 0) + 1;
      const id = await insertRow(tx, 'functionAssignment', { [column]: componentId, functionId, position });
      return assignmentOutput(await tx.em.findOneOrFail(FunctionAssignment, { id }));
    }).catch(onUnique(`functionAssignment_${column}_position_key`, 'ASSIGNMENT_TAKEN'));
  };

function componentIn(input: Input): { column: ComponentColumn; id: string } {
  const given = (['cronJob', 'hook', 'command'] as const).flatMap((column) => {
    const id = input[column];
    return id === undefined ? [] : [{ column, id }];
  });
  const [only] = given;
  if (only && given.length === 1) return only;
  const constraints = { exactlyOne: 'exactly one of cronJob, hook and command must be given' };
  throw new ServiceError('INVALID_MESSAGE', { details: [{ property: 'cronJob', constraints }] });
}
