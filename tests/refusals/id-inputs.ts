import type { AnyRequest } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import { matches } from '@takaro/contracts/validate';
import { sample } from '@takaro/testing/sample';

interface Node {
  readonly format?: string;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
}

/** A valid value of a part of an input, with an id at one place of it. */
interface Holder {
  readonly path: readonly string[];
  readonly holding: (id: string) => unknown;
}

/** One for each place, however deep, where the schema has a UUID. Lists hold one element, which has no name. */
function* holdersOf(node: Node): Generator<Holder> {
  if (node.format === 'uuid') yield { path: [], holding: (id) => id };
  for (const choice of node.anyOf ?? []) yield* holdersOf(choice);
  if (node.items) {
    for (const { path, holding } of holdersOf(node.items)) yield { path, holding: (id) => [holding(id)] };
  }
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    for (const { path, holding } of holdersOf(property))
      yield { path: [name, ...path], holding: (id) => ({ ...sample<object>(node), [name]: holding(id) }) };
  }
}

/** Ids that others gave are texts to us, such as those of Steam. They are looked for in filters. */
const filtersByName = ({ properties = {} }: Node): Holder[] =>
  Object.keys(properties)
    .filter((name) => name.endsWith('Id'))
    .map((name) => ({ path: [name], holding: (id) => ({ [name]: [id] }) }));

/** What a schema cannot say of an input: rules between properties, by which a bare sample would be refused, and names that may be taken. */
const COMPLETIONS: Readonly<Record<string, (input: Record<string, unknown>, domainId: string) => object>> = {
  'create-assignment': (input) => ('hook' in input || 'command' in input || 'cronJob' in input ? input : { ...input, hook: newId() }),
  'create-ban': (input) => ({ isGlobal: !('gameServerId' in input), ...input }),
  'update-ban': (input) => ({ isGlobal: !('gameServerId' in input), ...input }),
  // The `commandId` of an argument is taken and ignored, so that a command comes of it each time.
  'create-command': (input) => ({ ...input, name: newId() }),
};

/** A valid input that names something by the id, at one place. */
export interface IdInput {
  /** The names of the properties on the way, such as `permissions.permissionId`. */
  readonly place: string;
  readonly of: (id: string, domainId: string) => unknown;
}

/** Every place of an operation's input where an id of a row can stand: properties, lists, filters of searches, and what is in them. */
export function idInputs({ input, operation }: AnyRequest): IdInput[] {
  const { properties = {} }: Node = input;
  const complete = COMPLETIONS[operation] ?? ((valid) => valid);
  const all = Object.entries(properties).flatMap(([name, property]) =>
    [...holdersOf(property), ...(name === 'filters' ? filtersByName(property) : [])].map(({ path, holding }) => ({
      place: [name, ...path].join('.'),
      of: (id: string, domainId: string): unknown => complete({ ...sample<object>(input), [name]: holding(id) }, domainId),
    })),
  );
  const valid = all.filter(({ of }) => matches(input, of('01890000-0000-7000-8000-000000000000', 'a-domain')));
  return [...new Map(valid.map((one) => [one.place, one])).values()];
}
