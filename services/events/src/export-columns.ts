import { ALL_EVENTS } from '@takaro/contracts/all';
import { STORED_EVENT_NAMES } from '@takaro/contracts/events/names';

/** What stands before and behind the columns of the meta. */
export const FIRST_COLUMNS = [
  'id',
  'eventName',
  'moduleId',
  'playerId',
  'userId',
  'gameserverId',
  'actingUserId',
  'actingModuleId',
] as const;
export const LAST_COLUMNS = ['createdAt', 'updatedAt'] as const;

/** Where an event says what its contract does not name. */
export const REST_COLUMN = 'meta.*';

/** Ways through the meta, such as `['result', 'success']`. An object without named properties, and a list, is one cell of JSON. */
export function metaPathsOf(names: readonly string[]): readonly (readonly string[])[] {
  const wanted = new Set<string>(names.length > 0 ? names : STORED_EVENT_NAMES);
  const paths = new Map<string, readonly string[]>();
  for (const { name, meta } of ALL_EVENTS) {
    if (wanted.has(name)) for (const path of pathsIn(meta, [])) paths.set(path.join('.'), path);
  }
  return [...paths.values()].toSorted((one, other) => (one.join('.') < other.join('.') ? -1 : 1));
}

function* pathsIn(schema: unknown, path: readonly string[]): Generator<readonly string[]> {
  const properties = objectIn(schema);
  if (properties === null) {
    if (path.length > 0) yield path;
    return;
  }
  for (const [name, inner] of Object.entries(properties)) yield* pathsIn(inner, [...path, name]);
}

/** The properties of an object, also of one that may be null instead; null for anything else. */
function objectIn(schema: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof schema !== 'object' || schema === null) return null;
  const properties: unknown = Reflect.get(schema, 'properties');
  if (typeof properties === 'object' && properties !== null) return { ...properties };
  const choices: unknown = Reflect.get(schema, 'anyOf');
  if (!Array.isArray(choices)) return null;
  const objects = choices.map(objectIn).filter((one) => one !== null);
  return objects[0] ?? null;
}
