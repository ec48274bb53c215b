import type { ErrorObject } from 'ajv';
import { choose } from './chosen-branch.ts';
import { ruleOf, rulesMissed } from './rules.ts';

/** One property at fault, in the shape that the REST API shows as `details`: what is wrong deeper down hangs below as `children`. */
export interface Finding {
  /** The object that holds the property. */
  readonly target?: unknown;
  readonly value?: unknown;
  readonly property: string;
  /** Absent for a property that should not exist. */
  readonly children?: readonly Finding[];
  /** Rule and text; absent where only the children are at fault. */
  readonly constraints?: Readonly<Record<string, string>>;
}

/** So many faults are told at once; who mends them hears of the rest. */
const FAULTS_TOLD = 50;

/** So many are looked at: ajv may find one for every few characters. */
const FAULTS_READ = 500;

/** Values that need more characters than this are not shown again to whoever sent them. */
const VALUE_CHARS = 2_000;

interface Node {
  readonly target: unknown;
  readonly property: string;
  readonly children: Map<string, Node>;
  readonly constraints: Map<string, string>;
}

/** What ajv found in a value, as a tree of properties. The errors have to be verbose ones. */
export function findingsOf(errors: readonly ErrorObject[], value: unknown): Finding[] {
  const root: Node = nodeOf(undefined, '');
  for (const error of choose(errors.slice(0, FAULTS_READ)).slice(0, FAULTS_TOLD)) add(root, error, value);
  const below = [...root.children.values()].map(show);
  return root.constraints.size > 0 ? [{ ...show(root), children: below }] : below;
}

/** Everything that the findings say, whatever its depth. */
export const textsOf = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ constraints = {}, children = [] }) => [...Object.values(constraints), ...textsOf(children)]);

const nodeOf = (target: unknown, property: string): Node => ({ target, property, children: new Map(), constraints: new Map() });

function add(root: Node, error: ErrorObject, value: unknown): void {
  let node = root;
  let holder = value;
  for (const property of pathOf(error, value)) {
    const known = node.children.get(property) ?? nodeOf(holder, property);
    node.children.set(property, known);
    node = known;
    holder = memberOf(holder, property);
  }
  const rules = error.keyword === 'required' ? rulesMissed(error) : [ruleOf(error)];
  for (const { rule, text } of rules)
    node.constraints.set(rule, `${error.keyword === 'additionalProperties' ? 'property ' : ''}${node.property} ${text}`);
}

/** The properties down to the one at fault. A fault of a plain value in a list is the list's. */
function pathOf({ instancePath, params }: ErrorObject, value: unknown): string[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const named: unknown = params['additionalProperty'] ?? params['missingProperty'];
  if (typeof named === 'string') return [...path, named];
  const holder = path.slice(0, -1).reduce(memberOf, value);
  return Array.isArray(holder) ? path.slice(0, -1) : path;
}

const memberOf = (holder: unknown, property: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, property) ? Reflect.get(holder, property) : undefined;

function show({ target, property, children, constraints }: Node): Finding {
  const value = memberOf(target, property);
  return {
    ...(isSmall(target) && { target }),
    ...(value !== undefined && isSmall(value) && { value }),
    property,
    ...(!constraints.has('whitelistValidation') && { children: [...children.values()].map(show) }),
    ...(constraints.size > 0 && { constraints: Object.fromEntries(constraints) }),
  };
}

const isSmall = (value: unknown): boolean => value !== undefined && charsOf(value, VALUE_CHARS) <= VALUE_CHARS;

/** Roughly the length of its JSON; stops counting at the limit. */
function charsOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  let chars = 2;
  for (const [name, member] of Object.entries(value)) {
    chars += name.length + 4 + charsOf(member, limit - chars);
    if (chars > limit) return chars;
  }
  return chars;
}
