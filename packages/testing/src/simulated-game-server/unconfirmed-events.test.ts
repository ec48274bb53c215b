import { expect, test } from 'vitest';
import { UNCONFIRMED_MOST, UnconfirmedEvents } from './unconfirmed-events.ts';

test('what is not confirmed is kept in order, the newest ten thousand of it', async () => {
  const events = new UnconfirmedEvents();
  for (let n = 0; n < UNCONFIRMED_MOST + 5; n += 1) events.add((seq) => `event ${seq}`);

  expect(UNCONFIRMED_MOST).toBeGreaterThanOrEqual(10_000);
  expect(events.givenUp).toBe(5);
  expect(events.frames().slice(0, 2)).toEqual(['event 6', 'event 7']);

  const settled = events.settled();
  events.confirmUpTo(UNCONFIRMED_MOST + 3);
  expect(events.frames()).toEqual([`event ${UNCONFIRMED_MOST + 4}`, `event ${UNCONFIRMED_MOST + 5}`]);
  events.refuse(UNCONFIRMED_MOST + 5);
  events.confirmUpTo(UNCONFIRMED_MOST + 4);
  await settled;
  expect(events.size).toBe(0);
});
