import type { AnyRequest } from '@takaro/contracts/contract';
import { matches } from '@takaro/contracts/validate';
import { sample } from '@takaro/testing/sample';

interface Node {
  readonly type?: string;
  readonly format?: string;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
}

const isUuid = (node: Node): boolean => node.format === 'uuid' || (node.anyOf?.some(isUuid) ?? false);
const isUuids = (node: Node): boolean => (node.type === 'array' && isUuid(node.items ?? {})) || (node.anyOf?.some(isUuids) ?? false);

/** A valid input that names something by the id, at one place. */
export interface IdInput {
  readonly place: string;
  readonly of: (id: string) => unknown;
}

/** Every place of an operation's input where an id of a row can stand: properties, lists, filters of searches. */
export function idInputs({ input }: AnyRequest): IdInput[] {
  const { properties = {} }: Node = input;
  const withProperty = (name: string, value: unknown): unknown => ({ ...sample<object>(input), [name]: value });
  const filters = Object.keys(properties['filters']?.properties ?? {}).filter((name) => /^id$|Id$/.test(name));
  const all: IdInput[] = [
    ...Object.keys(properties)
      .filter((name) => isUuid(properties[name] ?? {}))
      .map((name) => ({ place: name, of: (id: string) => withProperty(name, id) })),
    ...Object.keys(properties)
      .filter((name) => isUuids(properties[name] ?? {}))
      .map((name) => ({ place: name, of: (id: string) => withProperty(name, [id]) })),
    ...filters.map((name) => ({ place: `filters.${name}`, of: (id: string) => withProperty('filters', { [name]: [id] }) })),
  ];
  return all.filter(({ of }) => matches(input, of('01890000-0000-7000-8000-000000000000')));
}
