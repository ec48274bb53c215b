import { Ajv } from 'ajv';
import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { ALL_EVENTS, ALL_REQUESTS } from './all.ts';
import { INGEST_META } from './connectors/ingest.ts';
import { EventEnvelope, IngestEnvelope } from './event-envelope.ts';
import { ACTIONS } from './gameservers/actions.ts';
import { ExecutionOrder } from './modules/executions.ts';

const ajv = new Ajv({ strict: false });
const faultsOf = (schema: TSchema): unknown => (ajv.validateSchema(schema) === true ? undefined : ajv.errors);

/** Services do not ask that at their start: it takes longer than making the checks themselves. */
test('every schema of a contract is one', () => {
  const schemas = [
    ...ALL_REQUESTS.flatMap(({ input, output }) => [input, output]),
    ...ALL_EVENTS.map(({ meta }) => meta),
    ...Object.values(ACTIONS).flatMap(({ args, result }) => [args, result]),
    ...Object.values(INGEST_META),
    EventEnvelope,
    IngestEnvelope,
    ExecutionOrder,
  ];

  expect(schemas.length).toBeGreaterThan(300);
  expect(schemas.map(faultsOf).filter(Boolean)).toEqual([]);
});

test('one that is none is found', () => {
  expect(faultsOf({ type: 'objekt' } as TSchema)).toMatchObject([{ instancePath: '/type' }, {}, {}]);
});
