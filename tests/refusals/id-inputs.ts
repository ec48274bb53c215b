import type { AnyRequest } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
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

/** What a schema cannot say of an input: rules between properties, by which a bare sample would be refused. */
const COMPLETIONS: Readonly<Record<string, (input: Record<string, unknown>, domainId: string) => object>> = {
  'create-assignment': (input) => ('hook' in input || 'command' in input || 'cronJob' in input ? input : { ...input, hook: newId() }),
  'create-ban': (input) => ({ isGlobal: !('gameServerId' in input), ...input }),
  'update-ban': (input) => ({ isGlobal: !('gameServerId' in input), ...input }),
};

/** A valid input that names something by the id, at one place. */
export interface IdInput {
  readonly place: string;
  readonly of: (id: string, domainId: string) => unknown;
}

/** Every place of an operation's input where an id of a row can stand: properties, lists, filters of searches. */
export function idInputs({ input, operation }: AnyRequest): IdInput[] {
  const { properties = {} }: Node = input;
  const complete = COMPLETIONS[operation] ?? ((valid) => valid);
  const withProperty = (name: string, value: unknown, domainId: string): unknown =>
    complete({ ...sample<object>(input), [name]: value }, domainId);
  const filters = Object.keys(properties['filters']?.properties ?? {}).filter((name) => /^id$|Id$/.test(name));
  const all: IdInput[] = [
    ...Object.keys(properties)
      .filter((name) => isUuid(properties[name] ?? {}))
      .map((name) => ({ place: name, of: (id: string, domainId: string) => withProperty(name, id, domainId) })),
    ...Object.keys(properties)
      .filter((name) => isUuids(properties[name] ?? {}))
      .map((name) => ({ place: name, of: (id: string, domainId: string) => withProperty(name, [id], domainId) })),
    ...filters.map((name) => ({
      place: `filters.${name}`,
      of: (id: string, domainId: string) => withProperty('filters', { [name]: [id] }, domainId),
    })),
  ];
  return all.filter(({ of }) => matches(input, of('01890000-0000-7000-8000-000000000000', 'a-domain')));
}
