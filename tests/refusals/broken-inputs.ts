import type { AnyRequest } from '@takaro/contracts/contract';
import { matches } from '@takaro/contracts/validate';
import { sample } from '@takaro/testing/sample';

/** Values that few properties take; for each property the first that its contract does not. */
const WRONG: readonly unknown[] = [{ unknown: { deep: true } }, [[[]]], 'not one of them \u0000', -1.5, true, null];

/** Takes files of other installations, whatever else they hold. */
const TAKES_UNKNOWN_PROPERTIES = 'import-module';

/** Payloads that break the input of a contract, each with the name of its fault. */
export function brokenInputs({ input, operation }: AnyRequest): [string, string][] {
  const valid = sample<Record<string, unknown>>(input);
  const broken = Object.keys(propertiesOf(input)).flatMap((name): [string, unknown][] => {
    const wrong = WRONG.map((value) => ({ ...valid, [name]: value })).find((value) => !matches(input, value));
    return wrong === undefined ? [] : [[`${name} of a wrong type`, wrong]];
  });
  const missing = Object.keys(valid).map((name): [string, unknown] => [
    `${name} missing`,
    Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name)),
  ]);
  const unknown: [string, unknown] = [`an unknown property of ${operation}`, { ...valid, unknownProperty: 1 }];
  const strangers = operation === TAKES_UNKNOWN_PROPERTIES ? [] : [unknown];
  const values: [string, unknown][] = [...broken, ...missing, ...strangers, ['an array', []], ['a text', 'text'], ['null', null]];
  return [...values.map(([fault, value]): [string, string] => [fault, JSON.stringify(value)]), ['no JSON', '{"'], ['nothing', '']];
}

const propertiesOf = (schema: { readonly properties?: Readonly<Record<string, unknown>> }): Readonly<Record<string, unknown>> =>
  schema.properties ?? {};
