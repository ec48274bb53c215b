import { setTimeout as delay } from 'node:timers/promises';
import { headers } from '@nats-io/transport-node';
import { answers, serve } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import { getVersionContent, heartbeatExecutions } from '@takaro/contracts/modules/executions';
import { requestSubject } from '@takaro/contracts/subjects';
import { openWorld } from '@takaro/testing/world';
import { test as base, expect } from 'vitest';

const test = base.extend('ends', { scope: 'file' }, async ({}, { onCleanup }) => {
  const world = await openWorld();
  onCleanup(() => world[Symbol.asyncDispose]());
  const modules = await world.busFor('modules');
  const runner = await world.busFor('runner');
  const domainId = 'quiet-test-domain';
  return { world, modules, runner, domainId, token: await runner.serviceToken(domainId) };
});

const question = { versionId: newId(), revision: 1 };
const content = (big: string) => ({ revision: 1, version: { big }, functions: [] });

test('a reply far over the maximum of a message arrives whole', async ({ ends: { modules, runner, domainId, token } }) => {
  const text = 'ä'.repeat(3_000_000);
  await using _ = await serve(modules, [answers(getVersionContent, async () => content(text))]);

  const reply = await runner.call(getVersionContent, question, { domainId, token, timeoutMs: 20_000 });

  expect(reply.version['big']).toBe(text);
});

test('a reply over the limit is refused with a code instead of leaving the caller waiting', async ({ ends }) => {
  const { modules, runner, domainId, token } = ends;
  await using _ = await serve(modules, [answers(getVersionContent, async () => content('x'.repeat(34_000_000)))]);

  const asked = runner.call(getVersionContent, question, { domainId, token, timeoutMs: 20_000 });

  await expect(asked).rejects.toMatchObject({ code: 'REPLY_TOO_LARGE' });
});

test('an answer that takes longer than NATS lets one through arrives, and so does a refusal', async ({ ends }) => {
  const { modules, runner, domainId, token } = ends;
  const slow = async ({ revision }: typeof question) => {
    await delay(7_000);
    if (revision === 1) return content('late');
    throw new ServiceError('VERSION_NOT_FOUND', { params: { id: 'v1' } });
  };
  await using _ = await serve(modules, [answers(getVersionContent, slow)]);
  const ask = (revision: number) => runner.call(getVersionContent, { ...question, revision }, { domainId, token, timeoutMs: 20_000 });

  const [answer, refusal] = await Promise.allSettled([ask(1), ask(2)]);

  expect(answer).toMatchObject({ status: 'fulfilled', value: content('late') });
  expect(refusal).toMatchObject({ status: 'rejected', reason: { code: 'VERSION_NOT_FOUND', params: { id: 'v1' } } });
});

test('whoever waits for an answer that takes its time stops at its own deadline', async ({ ends }) => {
  const { modules, runner, domainId, token } = ends;
  const tooLate = Promise.withResolvers<ReturnType<typeof content>>();
  await using _ = await serve(modules, [answers(getVersionContent, () => tooLate.promise)]);

  const asked = runner.call(getVersionContent, question, { domainId, token, timeoutMs: 3_500 });

  await expect(asked).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  tooLate.resolve(content('too late'));
});

test('a handler that fails shows as INTERNAL, without a word of what happened', async ({ ends: { modules, runner, domainId, token } }) => {
  const broken = async (): Promise<never> => {
    throw new Error('relation "secret" does not exist at /srv');
  };
  await using _ = await serve(modules, [answers(getVersionContent, broken)]);

  const error: unknown = await runner.call(getVersionContent, question, { domainId, token }).catch((caught: unknown) => caught);

  expect(error).toMatchObject({ code: 'INTERNAL', message: 'Internal error' });
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('an answer that breaks its contract does not leave the service', async ({ ends: { modules, runner, domainId, token } }) => {
  await using _ = await serve(modules, [{ contract: getVersionContent, handle: async () => ({ revision: 'one' }) }]);

  const asked = runner.call(getVersionContent, question, { domainId, token });

  await expect(asked).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('params and details of a refusal reach the caller', async ({ ends: { modules, runner, domainId, token } }) => {
  const refuse = async (): Promise<never> => {
    throw new ServiceError('VERSION_NOT_FOUND', { params: { id: 'v1' }, details: [{ property: 'versionId' }] });
  };
  await using _ = await serve(modules, [answers(getVersionContent, refuse)]);

  const asked = runner.call(getVersionContent, question, { domainId, token });

  await expect(asked).rejects.toMatchObject({
    code: 'VERSION_NOT_FOUND',
    message: 'Module version with id v1 not found',
    details: [{ property: 'versionId' }],
  });
});

test('work past its deadline is not begun', async ({ ends: { modules, runner, domainId, token } }) => {
  let begun = 0;
  await using _ = await serve(modules, [
    answers(getVersionContent, async () => {
      begun += 1;
      return content('');
    }),
  ]);
  const late = headers();
  late.set('Takaro-Token', token);
  late.set('Takaro-Deadline', String(Date.now() - 1));

  const reply = await runner.nats.request(requestSubject(getVersionContent, domainId), JSON.stringify(question), {
    headers: late,
    timeout: 2_000,
  });

  expect(reply.headers?.get('Takaro-Error')).toBe('DEADLINE_EXCEEDED');
  expect(begun).toBe(0);
});

test('where nobody listens the answer is UNAVAILABLE, at once', async ({ ends: { runner, domainId, token } }) => {
  const asked = runner.call(heartbeatExecutions, { running: [] }, { domainId, token });

  await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('an idempotent request waits for a service that is just starting', async ({ ends: { modules, runner, domainId, token } }) => {
  const asked = runner.call(getVersionContent, question, { domainId, token });
  await using _ = await serve(modules, [answers(getVersionContent, async () => content('late'))]);

  expect((await asked).version['big']).toBe('late');
});

test('a service that stops finishes what it began', async ({ ends: { modules, runner, domainId, token } }) => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const serving = await serve(modules, [
    answers(getVersionContent, async () => {
      begun.resolve();
      await end.promise;
      return content('finished');
    }),
  ]);
  const asked = runner.call(getVersionContent, question, { domainId, token });
  await begun.promise;

  const stopped = serving[Symbol.asyncDispose]();
  end.resolve();

  expect((await asked).version['big']).toBe('finished');
  await stopped;
});
