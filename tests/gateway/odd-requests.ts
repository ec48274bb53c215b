import type { Operation } from '@takaro/api';
import fc from 'fast-check';
import { type Ids, nearly, odd, oddName, oddSegment } from './odd-values.ts';

/** What is asked: an operation, or a route that the gateway answers by itself, of which there is no contract. */
export type Route = Pick<Operation, 'id' | 'httpMethod' | 'path' | 'pathParams' | 'queryParams' | 'headerParams'> &
  Partial<Pick<Operation, 'contract'>>;

/** One request of a route, as it goes over the wire. */
export interface OddRequest {
  readonly route: Route;
  readonly path: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Bodies that are no object, no JSON, or mean something to JavaScript. */
const BODIES = [
  '',
  'null',
  '[]',
  '"text"',
  '1e999',
  '{"a":',
  '{"a":1,"a":2}',
  '\ufeff{}',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"filters":{"__proto__":{"id":["x"]}}}',
  '{"page":0,"limit":1e999}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `{"a":"${'\\u0000'.repeat(500)}"}`,
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('latin1'),
];

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/xml' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'odd' },
  { 'x-takaro-domain': '../other' },
  { 'x-takaro-domain': 'no-such-domain' },
  { 'x-takaro-module': 'not an id' },
  { 'accept-encoding': 'odd', accept: 'image/png' },
  { cookie: 'takaro-domain=%00; takaro-token=%' },
  { 'x-http-method-override': 'DELETE' },
];

const inputOf = ({ contract }: Route): object => contract?.input ?? {};

const propertiesOf = (route: Route): Readonly<Record<string, object>> => Reflect.get(inputOf(route), 'properties') ?? {};

const pathOf = (route: Route, ids: Ids): fc.Arbitrary<string> => {
  const segments = route.path
    .split('/')
    .map((part) => (part.startsWith(':') ? oddSegment(ids).map((text) => encodeSegment(text)) : fc.constant(part)));
  return fc.tuple(...segments).map((parts) => parts.join('/'));
};

/** Some percent signs go as they are: a server must not trip over them. */
const encodeSegment = (text: string): string => (text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed()));

const queryOf = (route: Route): fc.Arbitrary<string> => {
  const names = [...route.queryParams, 'page', 'limit', 'sortBy', '__proto__', 'a[b]'];
  const value = fc.oneof(
    odd.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    fc.constantFrom('0', '5', '-1', 'true'),
  );
  const pair = fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${name}=${encodeSegment(text.slice(0, 500))}`);
  const usual = route.queryParams.length > 0 ? 2 : 5;
  return fc.oneof(
    { weight: usual, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => `?${pairs.join('&')}`) },
  );
};

const bodyOf = (route: Route, ids: Ids): fc.Arbitrary<string | undefined> => {
  if (route.httpMethod === 'GET') return fc.constant(undefined);
  const named = new Set([...route.pathParams, ...route.queryParams, ...Object.keys(route.headerParams)]);
  const parts = Object.entries(propertiesOf(route)).filter(([name]) => !named.has(name));
  const required: readonly string[] = Reflect.get(inputOf(route), 'required') ?? [];
  const input = fc.record(Object.fromEntries(parts.map(([name, node]) => [name, nearly(node, ids)])), {
    requiredKeys: parts.map(([name]) => name).filter((name) => required.includes(name)),
  });
  return fc.oneof(
    { weight: 8, arbitrary: input.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.tuple(input, oddName, odd).map(([value, name, more]) => JSON.stringify({ ...value, [name]: more })) },
    { weight: 1, arbitrary: fc.constantFrom(...BODIES) },
  );
};

/** Requests of a route: nearly right, broken, hostile. */
export const oddRequest = (route: Route, ids: Ids): fc.Arbitrary<OddRequest> =>
  fc
    .record({
      path: fc.tuple(pathOf(route, ids), queryOf(route)).map(([path, query]) => `${path}${query}`),
      body: bodyOf(route, ids),
      headers: fc.oneof({ weight: 8, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom(...HEADERS) }),
    })
    .map((request) => ({ route, ...request }));
