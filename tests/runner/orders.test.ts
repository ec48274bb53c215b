import { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { getGameServer } from '@takaro/contracts/gameservers/game-servers';
import { executionSubject } from '@takaro/contracts/subjects';
import { startRunner } from '@takaro/runner/service';
import { sample } from '@takaro/testing/sample';
import { openWorld, type World } from '@takaro/testing/world';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Ledger, openLedger, orderOf, randomDomain } from './ledger.ts';

const configuration = {
  publicUrl: 'http://takaro.example',
  processes: 1,
  processMemoryMb: 600,
  confinement: 'none',
  concurrency: 16,
} as const;
const CALLS = `import { takaro, data } from '@takaro/helpers';
const send = (message) => takaro.gameserver.gameServerControllerSendMessage(data.gameServerId, { message });
const read = () => takaro.gameserver.gameServerControllerGetOne(data.gameServerId);`;

let world: World;
let ledger: Ledger;
/** Messages that reached the game servers, and in whose name. */
const sent: { message: string; actor: string | undefined }[] = [];

let reads = async (): Promise<void> => undefined;
/** Game servers answer what is asked of them only when they are released. */
function holdReads(): { waiting: () => number; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  reads = () => {
    waiting += 1;
    return promise;
  };
  return {
    waiting: () => waiting,
    release: () => {
      reads = async () => undefined;
      resolve();
    },
  };
}

beforeAll(async () => {
  world = await openWorld({ limits: { heartbeatLeaseMs: 50, isolateCpuMs: 200, isolateWallMs: 6_000 } });
  ledger = await openLedger(world);
  await world.neighbour(sendMessage, ({ message }, { claims }) => {
    sent.push({ message, actor: claims?.kind });
    return {};
  });
  await world.neighbour(getGameServer, async () => {
    await reads();
    return sample<Static<typeof getGameServer.output>>(getGameServer.output);
  });
  await world.start('runner', (context) => startRunner(context, configuration));
});
afterAll(async () => world[Symbol.asyncDispose]());

const finished = async (executionIds: readonly string[]) => {
  await vi.waitFor(() => expect(executionIds.map((id) => ledger.entry(id)?.state)).toEqual(executionIds.map(() => 'finished')), 15_000);
  return executionIds.map((id) => ledger.entry(id)!.results[0]!);
};

describe('an order', () => {
  test('runs its functions one after the other, and one that fails does not stop the next', async () => {
    const ids = await ledger.queue(randomDomain(), [`console.log('first')`, `throw new Error('second')`, `console.log('third')`]);
    const results = await finished(ids);

    expect(ledger.order.filter((id) => ids.includes(id))).toEqual(ids);
    expect(results.map(({ success }) => success)).toEqual([true, false, true]);
    expect(results.map(({ logs }) => logs[0]?.msg)).toEqual(['first', 'second', 'third']);
  });

  test('gives its functions the version, the public address and a token that is not the execution’s', async () => {
    const ids = await ledger.queue(randomDomain(), [
      `import { data } from '@takaro/helpers'; console.log(data.url, data.module.version.tag, typeof data.module.moduleId, data.token.split('.').length);`,
    ]);
    const [result] = await finished(ids);
    expect(result?.logs[0]).toEqual({ msg: 'http://takaro.example', details: { args: ['latest', 'string', 1] } });
  });

  test('is not run where it is refused or somebody else has it', async () => {
    const order = orderOf(randomDomain(), ['1', '2']);
    for (const { executionId } of order.assignments) ledger.refuse(executionId);
    await ledger.publish(order);
    await vi.waitFor(
      () => expect(order.assignments.map(({ executionId }) => ledger.entry(executionId)?.claims)).toEqual([['refused'], ['refused']]),
      15_000,
    );
    const after = await ledger.queue(order.domainId, [`console.log('next')`]);
    await finished(after);
    expect(order.assignments.flatMap(({ executionId }) => ledger.entry(executionId)!.results)).toEqual([]);
  });

  test('delivered twice runs once', async () => {
    const order = orderOf(randomDomain(), ['1']);
    await ledger.publish(order);
    await ledger.publish(order);
    const { executionId } = order.assignments[0]!;
    await vi.waitFor(() => expect(ledger.entry(executionId)?.claims.length).toBe(2), 15_000);
    await finished([executionId]);
    expect(ledger.entry(executionId)?.claims.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
    expect(ledger.entry(executionId)?.results).toHaveLength(1);
  });

  test('whose end modules does not take at once is told until it is, and was run once', async () => {
    ledger.failFinishes(3);
    const [id] = await ledger.queue(randomDomain(), [`console.log('told')`]);

    expect(await finished([id!])).toMatchObject([{ success: true }]);
    expect(ledger.entry(id!)?.claims).toEqual(['claimed']);
  });

  test('that names another domain than its subject is refused', async () => {
    const order = orderOf(randomDomain(), ['1']);
    const bus = await world.busFor('modules');
    await bus.publish(executionSubject(randomDomain(), 'command'), order, { msgId: order.causeId });
    await finished(await ledger.queue(order.domainId, ['1']));
    expect(ledger.entry(order.assignments[0]!.executionId)).toBeUndefined();
  });
});

describe('a call of a function', () => {
  test('is made with the execution’s token, and marked before the first that has an effect leaves', async () => {
    const ids = await ledger.queue(randomDomain(), [`${CALLS} await send('one'); await Promise.all([send('two'), send('three')]);`]);
    const [result] = await finished(ids);

    expect(result).toMatchObject({ success: true, calls: 3 });
    expect(sent.slice(-3).map(({ actor }) => actor)).toEqual(['execution', 'execution', 'execution']);
    expect(ledger.entry(ids[0]!)?.effects).toBe(true);
  });

  test('is marked as soon as that can be written, and made then', async () => {
    ledger.failMarks(2);
    const ids = await ledger.queue(randomDomain(), [`${CALLS} await send('patient');`]);

    expect(await finished(ids)).toMatchObject([{ success: true, calls: 1 }]);
    expect(sent.at(-1)?.message).toBe('patient');
    expect(ledger.entry(ids[0]!)?.effects).toBe(true);
  });

  test('that only reads is not marked', async () => {
    const ids = await ledger.queue(randomDomain(), [`${CALLS} await read();`]);
    expect(await finished(ids)).toMatchObject([{ success: true, calls: 1 }]);
    expect(ledger.entry(ids[0]!)?.effects).toBe(false);
  });

  test('that the service refuses is rejected with its status', async () => {
    const ids = await ledger.queue(randomDomain(), [
      `${CALLS} await takaro.gameserver.gameServerControllerSendMessage('nonsense', {}).catch((error) => console.log(error.message, error.response.data.meta.error.code));`,
    ]);
    const [result] = await finished(ids);
    expect(result?.logs.at(-1)).toEqual({ msg: 'Request failed with status code 400', details: { args: ['ValidationError'] } });
  });

  test('of an execution whose lease is lost is not made, and its place is free at once', async () => {
    const domain = randomDomain();
    const before = sent.length;
    const held = holdReads();
    const lost = (
      await Promise.all(Array.from({ length: 4 }, () => ledger.queue(domain, [`${CALLS} await read(); await send('late');`])))
    ).flat();
    await vi.waitFor(() => expect(held.waiting()).toBe(4), 15_000);
    const [next] = await ledger.queue(domain, [`console.log('next')`]);
    for (const id of lost) ledger.lose(id);

    await finished([next!]);
    held.release();
    await finished(await ledger.queue(domain, [`${CALLS} await read();`]));
    expect(lost.map((id) => ledger.entry(id)?.results)).toEqual([[], [], [], []]);
    expect(sent.length).toBe(before);
  });
});

describe('limits', () => {
  test.each([
    ['for (;;);', /^cpu limit/],
    ['await new Promise(() => {});', /^wall clock/],
    ['let x = ;', /^SyntaxError/],
  ] as const)('%s ends with its reason, and another domain is served meanwhile', async (code, reason) => {
    const [bad] = await ledger.queue(randomDomain(), [code]);
    const [good] = await ledger.queue(randomDomain(), [`console.log('fine')`]);

    const [badResult, goodResult] = await finished([bad!, good!]);
    expect(badResult).toMatchObject({ success: false, reason: expect.stringMatching(reason) });
    expect(goodResult).toMatchObject({ success: true });
  });

  test('a domain has no more runs at once than it may, and others are not kept waiting', async () => {
    const greedy = randomDomain();
    const held = holdReads();
    const many = (await Promise.all(Array.from({ length: 12 }, () => ledger.queue(greedy, [`${CALLS} await read();`])))).flat();
    await vi.waitFor(() => expect(held.waiting()).toBe(4), 15_000);

    await finished(await ledger.queue(randomDomain(), [`console.log('fine')`]));
    expect(held.waiting()).toBe(4);
    held.release();
    await finished(many);
  });

  test('contents of a version are asked for once', async () => {
    const before = ledger.contentsAsked();
    await finished(await ledger.queue(randomDomain(), ['1', '2', '3']));
    expect(ledger.contentsAsked() - before).toBe(1);
  });

  test('contents that are not given in time are asked for again, and the function runs', async () => {
    ledger.failContents(2);
    const [id = ''] = await ledger.queue(randomDomain(), [`console.log('patient')`]);

    expect(await finished([id])).toMatchObject([{ success: true }]);
    expect(ledger.entry(id)?.claims).toHaveLength(1);
  });
});
