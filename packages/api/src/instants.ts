/** ISO 8601 lets a date stand without a time, and a time without seconds or offset. Its other forms (by week, without hyphens) are refused. */
const LOOSE = /^(\d{4}-\d{2}-\d{2})(?:[t ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** The instant that a text of ISO 8601 names, with all its parts; one without an offset is in UTC. Anything else as it is. */
export function spelledOut(text: string): string {
  const [whole, date, time = '00:00', seconds = ':00', offset = 'Z'] = LOOSE.exec(text) ?? [];
  if (whole === undefined) return text;
  return `${date}T${time}${seconds}${/^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset}`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same value, instants spelled out where the schema wants one, in it or in the objects within it. */
export function withInstants(schema: unknown, value: unknown): unknown {
  if (!isObject(schema)) return value;
  const { format, anyOf, properties } = schema;
  if (Array.isArray(anyOf)) return anyOf.reduce((spelled: unknown, choice) => withInstants(choice, spelled), value);
  if (format === 'date-time' && typeof value === 'string') return spelledOut(value);
  if (!isObject(properties) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withInstants(own(properties, name), inner)]));
}

const own = (properties: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(properties, name) ? properties[name] : undefined;
