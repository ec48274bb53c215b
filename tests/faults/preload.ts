import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLOCK_FILE, NEWER_FILE } from './outside.ts';

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

/** What a later version may add to what the streams carry. */
const ADDED = { addedLater: { by: 'the version after this one', list: [1, 2, 3] } };

const isEnvelope = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  'domainId' in value &&
  ('occurredAt' in value || 'receivedAt' in value || 'assignments' in value);

if (existsSync(join(folder, NEWER_FILE))) {
  JSON.stringify = new Proxy(JSON.stringify, {
    apply: (plain, self, [value, ...rest]: unknown[]): unknown =>
      Reflect.apply(plain, self, [isEnvelope(value) ? { ...value, ...ADDED } : value, ...rest]),
  });
}
