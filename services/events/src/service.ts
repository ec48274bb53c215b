import { answers, consume, serve } from '@takaro/bus';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { cleanEvents, searchComponentEvents } from '@takaro/contracts/events/internal';
import { createEvent, exportEvents, getEvent, searchEvents, searchFailedFunctions } from '@takaro/contracts/events/rest';
import { databaseFrom, type ServiceContext } from '@takaro/process';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import { EventBatches } from './event-batches.ts';
import { EventEntity } from './event.entity.ts';
import { handleCleanEvents } from './handlers/clean-events.ts';
import { handleCreateEvent } from './handlers/create-event.ts';
import { handleExportEvents } from './handlers/export-events.ts';
import { handleGetEvent } from './handlers/get-event.ts';
import { handleSearchComponentEvents } from './handlers/search-component-events.ts';
import { handleSearchEvents } from './handlers/search-events.ts';
import { handleSearchFailedFunctions } from './handlers/search-failed-functions.ts';
import { storeEvent } from './reactions/store-event.ts';
import { RetentionEntries, type RetentionParts, startRetention } from './retention.ts';

export const openEventsDb = ({ env, bus, log }: Pick<ServiceContext, 'env' | 'bus' | 'log'>): Promise<TenantDb> =>
  openTenantDb({
    service: 'events',
    ...databaseFrom(env),
    entities: [EventEntity],
    folder: `${import.meta.dirname}/..`,
    log,
    bus,
  });

/** Nothing waits for the history: of a busy game server many rows are fetched, written and acknowledged together. */
const GATHER_MS = 200;

const answersOf = ({ db, context }: RetentionParts, entries: RetentionEntries) => [
  answers(cleanEvents, handleCleanEvents({ db, context })),
  answers(createEvent, handleCreateEvent({ db, clock: context.clock, entries })),
  answers(exportEvents, handleExportEvents({ db, clock: context.clock })),
  answers(getEvent, handleGetEvent(db)),
  answers(searchComponentEvents, handleSearchComponentEvents(db)),
  answers(searchEvents, handleSearchEvents(db)),
  answers(searchFailedFunctions, handleSearchFailedFunctions(db)),
];

/** Keeps the history of events and answers for it. */
export async function startEvents(context: ServiceContext, db: TenantDb): Promise<AsyncDisposable> {
  const { bus } = context;
  const entries = new RetentionEntries({ db, context });
  await using opening = new AsyncDisposableStack();
  opening.use(startRetention({ db, context }));
  opening.use(await serve(bus, [...db.provisioningAnswers(), ...answersOf({ db, context }, entries)]));
  opening.use(
    await consume<EventEnvelope>(bus, {
      stream: 'EVENTS',
      schema: EventEnvelope,
      // The order of rows does not matter, so what is of one game server need not wait for itself.
      concurrency: 2_000,
      keyOf: ({ id }) => id,
      gatherMs: GATHER_MS,
      react: storeEvent(new EventBatches(db, entries)),
    }),
  );
  return opening.move();
}

export async function startEventsProcess(context: ServiceContext): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const db = opening.use(await openEventsDb(context));
  context.readiness.add('tenants are not migrated', async () => (await db.pendingMigrations()) === 0);
  opening.use(await startEvents(context, db));
  return opening.move();
}
