import { HOOK_EVENT_NAMES } from '@takaro/contracts/events/names';
import type { ModuleTransfer, TransferVersion } from '@takaro/contracts/modules/transfer';
import fc from 'fast-check';

/** Text that PostgreSQL can keep: everything but NUL and halves of surrogate pairs. */
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength }).map((value) => value.replaceAll('\0', ''));
const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 _-]{0,20}$/);
const description = fc.option(text(40));
const code = text(60).map((body) => `// ${body}`);

const names = (max: number) => fc.uniqueArray(name, { maxLength: max });
const positions = (max: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: 32_767 }), { maxLength: max }).map((list) => list.toSorted(order));
const order = (one: number, other: number): number => one - other;

const argument = fc.record({
  name,
  type: fc.constantFrom('string', 'number', 'player', 'strange'),
  helpText: text(20),
  defaultValue: fc.option(text(10)),
});

const argumentsOf = fc
  .tuple(fc.uniqueArray(argument, { maxLength: 3, selector: (one) => one.name }), positions(3))
  .map(([list, places]) => list.slice(0, places.length).map((one, index) => ({ ...one, position: places[index] ?? 0 })));

const command = fc.record({
  description,
  function: code,
  trigger: fc.stringMatching(/^[a-z]{1,10}$/),
  helpText: text(30),
  arguments: argumentsOf,
  requiredPermissions: fc.array(fc.stringMatching(/^[A-Z_]{1,12}$/), { maxLength: 2 }),
});
const hook = fc.record(
  {
    description,
    function: code,
    eventType: fc.constantFrom(...HOOK_EVENT_NAMES.filter((event) => event !== 'discord-message')),
    regex: fc.option(fc.constantFrom('', '^a+$', '(?=x)', 'hello (?<who>\\w+)')),
    searchString: fc.stringMatching(/^[a-z]{1,5}$/),
  },
  { requiredKeys: ['description', 'function', 'eventType', 'regex'] },
);
const cronJob = fc.record({
  description,
  function: code,
  temporalValue: fc.constantFrom('0 * * * *', '*/5 * * * *', '0 0 1 1 *', '30 0 0 * * 1'),
});
const fn = fc.record({ description, function: code });
const permission = fc.record({
  friendlyName: text(10).map((value) => `F${value}`),
  description: text(10).map((value) => `D${value}`),
  canHaveCount: fc.boolean(),
});

/** By code unit: names here are ASCII, which the database and this order alike. */
const byName = <T extends { name: string }>(list: readonly T[]): T[] => list.toSorted((one, other) => (one.name < other.name ? -1 : 1));

const namedList = <T extends object>(part: fc.Arbitrary<T>, max = 3) =>
  names(max).chain((list) =>
    fc.tuple(...list.map(() => part)).map((parts) => byName(list.map((one, index) => ({ ...parts[index]!, name: one })))),
  );

const schemas = fc.constantFrom(
  '{"type":"object","properties":{},"additionalProperties":false}',
  '{"type":"object","properties":{"a":{"type":"string","x-component":"item","default":"b"}},"required":["a"]}',
);

const bareVersion = fc.record({
  description: text(30),
  configSchema: schemas,
  uiSchema: fc.constantFrom('{}', '{"ui:order":["a"]}'),
  commands: namedList(command),
  hooks: namedList(hook, 2),
  cronJobs: namedList(cronJob, 2),
  functions: namedList(fn, 2),
  permissions: namedList(permission, 2).map((list) => list.map(({ name: own, ...rest }) => ({ permission: own, ...rest }))),
});
type BareVersion = typeof bareVersion extends fc.Arbitrary<infer Version> ? Version : never;

/** Every way in which a component can name a function besides its own. */
function withAssignments(bare: BareVersion, choices: readonly number[]): Omit<TransferVersion, 'tag'> {
  const references = [
    ...bare.commands.map((one) => ({ command: one.name })),
    ...bare.hooks.map((one) => ({ hook: one.name })),
    ...bare.cronJobs.map((one) => ({ cronJob: one.name })),
    ...bare.functions.map((one) => ({ functionName: one.name })),
    { function: '// shared without a name', description: null },
  ];
  let turn = 0;
  const assign = <T extends object>(component: T): T => {
    const count = choices[(turn += 1) % choices.length] ?? 0;
    const assignedFunctions = Array.from({ length: count }, (_, index) => ({
      position: (index + 1) * 2,
      ...references[(turn + index) % references.length],
    }));
    return count === 0 ? component : { ...component, assignedFunctions };
  };
  return { ...bare, commands: bare.commands.map(assign), hooks: bare.hooks.map(assign), cronJobs: bare.cronJobs.map(assign) };
}

const version = fc
  .tuple(bareVersion, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 5 }))
  .map(([bare, choices]) => withAssignments(bare, choices));

const TAGS = ['latest', '10.0.0', '9.1.0', '1.0.0-beta.1'];

/** Modules as files, as an export writes them: versions and parts in its order, and nothing that it leaves out. */
export const transfers: fc.Arbitrary<Omit<ModuleTransfer, 'takaroVersion'>> = fc
  .record({
    author: text(10),
    supportedGames: fc.array(text(10), { maxLength: 2 }),
    enabled: fc.boolean(),
    versions: fc.array(version, { minLength: 1, maxLength: 3 }),
  })
  .map(({ enabled, versions, ...rest }) => ({
    name: 'generated',
    ...rest,
    ...(!enabled && { enabled }),
    versions: versions.map((one, index) => ({ tag: TAGS[index] ?? 'latest', ...one })),
  }));
