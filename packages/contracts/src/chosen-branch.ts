import type { ErrorObject } from 'ajv';

/** Keywords that say: this branch was not meant at all. */
const OF_ANOTHER_KIND = new Set(['type', 'const', 'enum']);

/**
 * For a value that fits no branch of an `anyOf`, ajv tells what is wrong with each. Left are the errors of the branch that was meant:
 * the first whose kind of value it is, or the first of all; and not the `anyOf` itself.
 */
export function choose(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf').sort((a, b) => a.schemaPath.length - b.schemaPath.length);
  let left = errors.filter(({ keyword }) => keyword !== 'anyOf');
  for (const union of unions) {
    const ofUnion = left.filter((error) => branchOf(union, error) !== undefined);
    const branches = new Set(ofUnion.map((error) => branchOf(union, error)));
    const isMeant = (branch: number | undefined): boolean =>
      !ofUnion.some((error) => branchOf(union, error) === branch && isOfAnotherKind(union, error));
    const meant = [...branches].find(isMeant) ?? [...branches][0];
    left = left.filter((error) => branchOf(union, error) === undefined || branchOf(union, error) === meant);
  }
  return left;
}

const isOfAnotherKind = (union: ErrorObject, error: ErrorObject): boolean =>
  OF_ANOTHER_KIND.has(error.keyword) && error.instancePath === union.instancePath;

/** The number of the union's branch that an error is from. */
function branchOf(union: ErrorObject, { schemaPath, instancePath }: ErrorObject): number | undefined {
  if (!schemaPath.startsWith(`${union.schemaPath}/`)) return undefined;
  if (instancePath !== union.instancePath && !instancePath.startsWith(`${union.instancePath}/`)) return undefined;
  return Number.parseInt(schemaPath.slice(union.schemaPath.length + 1), 10);
}
