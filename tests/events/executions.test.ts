import { searchComponentEvents } from '@takaro/contracts/events/internal';
import { searchFailedFunctions } from '@takaro/contracts/events/rest';
import { newId } from '@takaro/contracts/ids';
import type { SearchInput } from '@takaro/contracts/search';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { countRows, envelope, startEventsUnderTest, tell } from './events-world.ts';

const test = worldTest(startEventsUnderTest);

const NAMES = { command: 'command-executed', hook: 'hook-executed', cronjob: 'cronjob-executed' } as const;
type Component = keyof typeof NAMES;

/** What modules tells when a component ran. */
const executed = (domain: TestDomain, component: Component, { id, success }: { id: string; success: boolean }) =>
  envelope(domain, { name: NAMES[component], meta: { result: { success, logs: [] }, [component]: { id, name: 'it', arguments: {} } } });

const executionsOf = async (world: World, domain: TestDomain, input: { componentId: string; success?: boolean; search?: SearchInput }) => {
  const modules = await world.busFor('modules');
  const token = await modules.serviceToken(domain.id);
  return modules.call(searchComponentEvents, { search: {}, ...input }, { domainId: domain.id, token });
};

const failed = async (world: World, domain: TestDomain, input: SearchInput = {}) => {
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id, ['READ_EVENTS', 'READ_MODULES']);
  return gateway.call(searchFailedFunctions, input, { domainId: domain.id, token });
};

test('executions are found by the component, and by how they ended', async ({ world, domain, otherDomain }) => {
  const [id, another] = [newId(), newId()];
  const events = [
    executed(domain, 'command', { id, success: true }),
    executed(domain, 'command', { id, success: false }),
    executed(domain, 'hook', { id: another, success: false }),
    executed(domain, 'cronjob', { id: newId(), success: true }),
    envelope(domain, { name: 'command-execution-denied', meta: { command: { id, name: 'it' }, missingPermissions: ['X'] } }),
    envelope(domain),
  ];
  await tell(world, [...events, executed(otherDomain, 'command', { id, success: false })]);
  await expect.poll(() => countRows(world, domain)).toBe(events.length);
  await expect.poll(() => countRows(world, otherDomain)).toBe(1);
  const idsOf = ({ rows }: { rows: readonly { id: string }[] }) => new Set(rows.map((row) => row.id));
  const told = (...positions: number[]) => new Set(positions.map((position) => events[position]?.id));

  expect(idsOf(await executionsOf(world, domain, { componentId: id }))).toEqual(told(0, 1));
  expect(idsOf(await executionsOf(world, domain, { componentId: id, success: true }))).toEqual(told(0));
  expect(idsOf(await executionsOf(world, domain, { componentId: id, success: false }))).toEqual(told(1));
  expect(await executionsOf(world, domain, { componentId: id, search: { limit: 1 } })).toMatchObject({ limit: 1, total: 2 });
  expect(idsOf(await failed(world, domain))).toEqual(told(1, 2));
  expect(idsOf(await failed(world, domain, { filters: { eventName: ['hook-executed'] } }))).toEqual(told(2));
});

test('what an event says of an execution without making sense is kept, and found by nobody who asks for executions', async ({
  world,
  domain,
}) => {
  const id = newId();
  const meta = [{ result: { success: 'no' }, command: { id: 'x' } }, { result: null, command: id }, null];

  await tell(
    world,
    meta.map((said) => envelope(domain, { name: 'command-executed', meta: said })),
  );

  await expect.poll(() => countRows(world, domain)).toBe(3);
  expect(await failed(world, domain)).toMatchObject({ total: 0 });
});

test('what is kept of an execution for searches is no column to sort by', async ({ world, domain }) => {
  for (const sortBy of ['componentId', 'success']) {
    await expect(failed(world, domain, { sortBy })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  }
});
