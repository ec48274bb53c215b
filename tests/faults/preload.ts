import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDED, CLOCK_FILE, NEWER_FILE } from './outside.ts';

// Preloaded into every service that the harness starts, in place of changes to them: a clock that can be set, and a newer version.
const folder = process.env['FAULTS_FOLDER'] ?? '';
const LOOK_MS = 50;

const PlainDate = Date;
let offsetMs = 0;
setInterval(() => {
  const file = join(folder, CLOCK_FILE);
  offsetMs = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}, LOOK_MS).unref();

const now = (): number => PlainDate.now() + offsetMs;

globalThis.Date = new Proxy(PlainDate, {
  construct: (target, given: unknown[], newTarget: object) =>
    Object(Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget === globalThis.Date ? target : Object(newTarget))),
  apply: () => new PlainDate(now()).toString(),
  get: (target, key, receiver: unknown) =>
    key === 'now' ? now : Reflect.get(target, key, receiver === globalThis.Date ? target : receiver),
});

const isEnvelope = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  'domainId' in value &&
  ('occurredAt' in value || 'receivedAt' in value || ('assignments' in value && !isCheckOfSeal()));

/** An order is sealed as it was made, by whatever version, and nobody adds anything where the seal is looked at. */
const isCheckOfSeal = (): boolean => /\bholds\b/.test(new Error().stack ?? '');

/** Of several that travel together each has its name before it. */
const isNamed = (value: unknown): value is readonly [string, object] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isEnvelope(value[1]);

function withMore(value: unknown): unknown {
  if (isEnvelope(value)) return { ...value, ...ADDED };
  if (!Array.isArray(value) || value.length === 0 || !value.every(isNamed)) return value;
  return value.map(([name, envelope]) => [name, { ...envelope, ...ADDED }]);
}

if (existsSync(join(folder, NEWER_FILE))) {
  JSON.stringify = new Proxy(JSON.stringify, {
    apply: (plain, self, [value, ...rest]: unknown[]): unknown => Reflect.apply(plain, self, [withMore(value), ...rest]),
  });
}
