import { expect, test } from 'vitest';
import { KeyedQueue } from './keyed-queue.ts';

/** Jobs that end when told to. */
function controlled() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const job = (name: string) => async (): Promise<void> => {
    begun.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, job, end };
}

test('jobs of one key begin one after the other, in the order in which they came', async () => {
  const { begun, job, end } = controlled();
  const queue = new KeyedQueue({ concurrency: 10, perKey: 1 });

  for (const name of ['a1', 'a2', 'a3']) queue.push('a', job(name));
  await end('a1');

  expect(begun).toEqual(['a1', 'a2']);
});

test('a key with a long queue does not keep the others from their turn', async () => {
  const { begun, job, end } = controlled();
  const queue = new KeyedQueue({ concurrency: 2, perKey: 2 });

  for (const name of ['a1', 'a2', 'a3', 'a4']) queue.push('a', job(name));
  queue.push('b', job('b1'));
  await end('a1');

  expect(begun).toEqual(['a1', 'a2', 'b1']);
});

test('no more run at once than the limit of the key and of all', async () => {
  const { begun, job } = controlled();
  const queue = new KeyedQueue({ concurrency: 3, perKey: 2 });

  for (const name of ['a1', 'a2', 'a3']) queue.push('a', job(name));
  for (const name of ['b1', 'b2']) queue.push('b', job(name));

  expect(begun).toEqual(['a1', 'a2', 'b1']);
});

test('it is idle when the last job has ended, and at once when there is none', async () => {
  const { job, end } = controlled();
  const queue = new KeyedQueue({ concurrency: 1, perKey: 1 });
  await queue.idle();
  queue.push('a', job('a1'));
  queue.push('b', job('b1'));
  let isIdle = false;
  const idle = queue.idle().then(() => {
    isIdle = true;
  });

  await end('a1');
  expect(isIdle).toBe(false);
  await end('b1');

  await idle;
  expect(isIdle).toBe(true);
});
