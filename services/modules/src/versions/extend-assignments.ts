import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SearchInput } from '@takaro/contracts/search';
import { FunctionAssignment } from '../entities/component.entity.ts';
import { assignmentOutput } from '../outputs.ts';
import type { ComponentColumn } from './own-function.ts';

interface Component {
  readonly id: string;
  readonly function: { readonly id: string };
}

/** Shows what components run, in its order, where `extend` asks for `functionAssignments`. */
export async function extendAssignments<Output extends Component>(
  em: SqlEntityManager,
  column: ComponentColumn,
  outputs: readonly Output[],
  { extend = [] }: Pick<SearchInput, 'extend'>,
): Promise<Output[]> {
  if (!extend.includes('functionAssignments')) return [...outputs];
  const ids = outputs.map(({ id }) => id);
  const rows = await em.find(FunctionAssignment, { [column]: { $in: ids } }, { orderBy: { position: 'asc' } });
  return outputs.map((output) => ({
    ...output,
    functionId: output.function.id,
    functionAssignments: rows.filter((row) => row[column] === output.id).map(assignmentOutput),
  }));
}
