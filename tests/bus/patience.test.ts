import { setTimeout as delay } from 'node:timers/promises';
import { answers, patiently, serve } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import { getVersionContent, markEffect } from '@takaro/contracts/modules/executions';
import { getDomainLimits } from '@takaro/contracts/tenancy/internal';
import { domainLimits } from '@takaro/contracts/tenancy/shapes';
import { sample } from '@takaro/testing/sample';
import { openWorld } from '@takaro/testing/world';
import { type Static, Type } from 'typebox';
import { test as base, expect, vi } from 'vitest';

const test = base.extend('ends', { scope: 'file' }, async ({}, { onCleanup }) => {
  const world = await openWorld();
  onCleanup(() => world[Symbol.asyncDispose]());
  const [runner, modules, tenancy] = [await world.busFor('runner'), await world.busFor('modules'), await world.busFor('tenancy')];
  const domainId = 'quiet-test-domain';
  return { runner, modules, tenancy, domainId };
});

const STARTS_AFTER_MS = 1_500;
const effect = { executionId: newId(), attempt: 1 };

test('who is patient waits for a service that starts, and it is asked once', async ({ ends: { runner, modules, domainId } }) => {
  const token = await runner.serviceToken(domainId);
  const mark = () => runner.call(markEffect, effect, { domainId, token });
  await expect(mark()).rejects.toMatchObject({ code: 'UNAVAILABLE' });

  const waiting = patiently(Date.now() + 20_000, mark);
  await delay(STARTS_AFTER_MS);
  let asked = 0;
  await using _ = await serve(modules, [answers(markEffect, async () => ({ current: (asked += 1) === 1 }))]);

  expect(await waiting).toEqual({ current: true });
  await delay(500);
  expect(asked).toBe(1);
});

test('patience ends', async ({ ends: { runner, domainId } }) => {
  const token = await runner.serviceToken(domainId);
  const asked = patiently(Date.now() + 700, () => runner.call(markEffect, effect, { domainId, token }));
  await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('what is asked for on behalf of who is patient waits as well', async ({ ends: { runner, modules, tenancy, domainId } }) => {
  const Limits = Type.Object(domainLimits);
  const limits = { ...sample<Static<typeof Limits>>(Limits), state: 'ACTIVE' } as const;
  const viaTenancy = async () => {
    await modules.call(getDomainLimits, {}, { domainId, token: await modules.serviceToken(domainId) });
    return { revision: 1, version: {}, functions: [] };
  };
  await using _ = await serve(modules, [answers(getVersionContent, viaTenancy)]);
  const token = await runner.serviceToken(domainId);
  const read = () => runner.call(getVersionContent, { versionId: newId(), revision: 1 }, { domainId, token });
  await expect(read()).rejects.toMatchObject({ code: 'UNAVAILABLE' });

  const waiting = patiently(Date.now() + 20_000, read);
  await delay(STARTS_AFTER_MS);
  await using _tenancy = await serve(tenancy, [answers(getDomainLimits, async () => limits)]);

  expect(await waiting).toMatchObject({ revision: 1 });
});

test('a clock that jumps makes no old token new, and none that lasts for hours', async ({ ends: { runner, domainId } }) => {
  const now = Date.now();
  const tokenAt = async (ms: number): Promise<string> => {
    vi.setSystemTime(ms);
    return runner.serviceToken(domainId);
  };
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const first = await tokenAt(now);
    expect(await tokenAt(now + 1_000)).toBe(first);
    const later = await tokenAt(now + 3_600_000);
    expect(later).not.toBe(first);
    expect(await tokenAt(now + 2_000)).not.toBe(later);
  } finally {
    vi.useRealTimers();
  }
});
