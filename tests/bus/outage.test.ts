import { answers, serve } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import { getVersionContent } from '@takaro/contracts/modules/executions';
import { openTcpProxy } from '@takaro/testing/tcp-proxy';
import { worldTest } from '@takaro/testing/world-test';
import { expect, inject } from 'vitest';

const test = worldTest(async () => undefined);

const domainId = 'outage-test-domain';
const question = { versionId: newId(), revision: 1 };
/** Far longer than a test may take: nobody may wait for it. */
const timeoutMs = 600_000;

test('while NATS is away a request is UNAVAILABLE at once, one under way too, and afterwards they are answered again', async ({
  world,
}) => {
  await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
  const { bus: runner } = await world.contextFor('runner', { natsUrl: `nats://127.0.0.1:${way.port}` });
  const token = await runner.serviceToken(domainId);
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let isFirst = true;
  await using _ = await serve(await world.busFor('modules'), [
    answers(getVersionContent, async () => {
      begun.resolve();
      if (isFirst) await end.promise;
      isFirst = false;
      return { revision: 1, version: {}, functions: [] };
    }),
  ]);

  const underWay = runner.call(getVersionContent, question, { domainId, token, timeoutMs });
  await begun.promise;
  way.cut();
  await expect(underWay).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(runner.call(getVersionContent, question, { domainId, token, timeoutMs })).rejects.toMatchObject({ code: 'UNAVAILABLE' });

  end.resolve();
  way.mend();
  await runner.link.whenUp();
  expect(await runner.call(getVersionContent, question, { domainId, token, timeoutMs })).toMatchObject({ revision: 1 });
});

/** The client by itself would wait for 20 s. */
const SOON = { timeout: 15_000, interval: 50 };

test('a server that takes the connection and says nothing is not waited for', { timeout: 40_000 }, async ({ world }) => {
  await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
  const { bus } = await world.contextFor('runner', { natsUrl: `nats://127.0.0.1:${way.port}` });

  way.swallow();
  way.drop();
  await expect.poll(() => bus.link.isUp, SOON).toBe(false);
  const before = way.opened;
  await expect.poll(() => way.opened - before, SOON).toBeGreaterThan(1);
  way.mend();

  await bus.link.whenUp();
  await bus[Symbol.asyncDispose]();
});
