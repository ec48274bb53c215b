import { exportEvents } from '@takaro/contracts/events/rest';
import { newId } from '@takaro/contracts/ids';
import type { SearchInput } from '@takaro/contracts/search';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { countRows, envelope, startEventsUnderTest, tell } from './events-world.ts';

const DAY_MS = 86_400_000;
const clock = manualClock('2026-03-01T12:00:00.000Z');
const test = worldTest(startEventsUnderTest, { clock });

const daysAgo = (days: number): string => new Date(clock.now() - days * DAY_MS).toISOString();

/** The parts of an export, each as lines of cells. */
async function exported(world: World, domain: TestDomain, input: SearchInput = {}): Promise<string[][][]> {
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id, ['READ_EVENTS']);
  const parts: string[][][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const part = await gateway.call(exportEvents, { ...input, ...(cursor && { cursor }) }, { domainId: domain.id, token });
    parts.push(linesOf(part.text));
    cursor = part.next;
  }
  return parts;
}

/** Every cell is quoted, so that none is found in another. */
const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')));

/** By the names of the columns. */
const rowsOf = ([head = [], ...lines]: string[][]): Record<string, string>[] =>
  lines.map((line) => Object.fromEntries(line.map((cell, index) => [head[index], cell])));

describe('an export', () => {
  test('has a line for each event, the oldest first, with what it says in columns of their own', async ({ world, domain }) => {
    const playerId = newId();
    const chat = { msg: 'He said "no", and left', channel: 'global', mood: { is: 'bad' } };
    const command = { id: newId(), name: 'ping', arguments: { who: 'Bob' } };
    const executed = { command, result: { success: true, logs: [] }, execution: { id: newId(), functionId: newId() } };
    const events = [
      envelope(domain, { occurredAt: daysAgo(1), playerId, meta: chat }),
      envelope(domain, { occurredAt: daysAgo(2), name: 'command-executed', meta: executed }),
    ];
    await tell(world, events);
    await expect.poll(() => countRows(world, domain)).toBe(2);

    const [part = []] = await exported(world, domain);

    const [first = {}, second = {}] = rowsOf(part);
    expect(part[0]?.slice(0, 3)).toEqual(['id', 'eventName', 'moduleId']);
    expect(part[0]?.slice(-2)).toEqual(['createdAt', 'updatedAt']);
    expect(new Set(part.map((line) => line.length)).size).toBe(1);
    expect(first).toMatchObject({
      id: events[1]?.id,
      eventName: 'command-executed',
      'meta.command.name': 'ping',
      'meta.command.arguments': '{"who":"Bob"}',
      'meta.result.success': 'true',
      'meta.msg': '',
      createdAt: daysAgo(2),
    });
    expect(second).toMatchObject({ playerId, 'meta.msg': chat.msg, 'meta.channel': 'global', 'meta.*': '{"mood":{"is":"bad"}}' });
  });

  test('has columns for the asked kinds alone, and nothing in it that a spreadsheet computes', async ({ world, domain }) => {
    await tell(world, [envelope(domain, { occurredAt: daysAgo(1), meta: { msg: '=HYPERLINK("evil")', channel: 'global' } })]);
    await expect.poll(() => countRows(world, domain)).toBe(1);

    const [part = []] = await exported(world, domain, { filters: { eventName: ['chat-message'] } });

    expect(part[0]?.filter((name) => name.startsWith('meta.command'))).toEqual([]);
    expect(rowsOf(part)).toEqual([expect.objectContaining({ 'meta.msg': `'=HYPERLINK("evil")` })]);
  });

  test('comes in parts, each event once, also where many are of the same moment', async ({ world, domain }) => {
    await world.adminSql(
      `insert into "domain_${domain.id}"."event" ("id", "eventName", "createdAt", "updatedAt")
       select gen_random_uuid(), 'module-created', $1::timestamptz + (nr / 300) * interval '1 ms', $1 from generate_series(1, 1200) as nr`,
      [daysAgo(3)],
    );

    const parts = await exported(world, domain);

    const rows = rowsOf(parts.flat());
    expect(parts.map((part) => part.length)).toEqual([501, 500, 200]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1_200);
    const times = rows.map(({ createdAt = '' }) => Date.parse(createdAt));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  test('is of the last 90 days where nothing else is said, and refused for more', async ({ world, domain, otherDomain }) => {
    const gameServerId = newId();
    await tell(world, [
      envelope(domain, { occurredAt: daysAgo(120), name: 'module-created' }),
      envelope(domain, { occurredAt: daysAgo(80), gameServerId }),
      envelope(domain, { occurredAt: daysAgo(10), name: 'module-created' }),
    ]);
    await expect.poll(() => countRows(world, domain)).toBe(3);
    const days = async (input: SearchInput = {}): Promise<number[]> =>
      rowsOf((await exported(world, domain, input)).flat()).map(({ createdAt = '' }) => (clock.now() - Date.parse(createdAt)) / DAY_MS);

    expect(await days()).toEqual([80, 10]);
    expect(await days({ lessThan: { createdAt: daysAgo(60) } })).toEqual([120, 80]);
    expect(await days({ greaterThan: { createdAt: daysAgo(85) }, filters: { gameserverId: [gameServerId, 'null'] } })).toEqual([80, 10]);
    expect(await days({ filters: { gameserverId: ['null'], eventName: [] } })).toEqual([10]);
    expect((await exported(world, otherDomain)).flat()).toEqual([[expect.stringContaining('No events')]]);
    await expect(days({ greaterThan: { createdAt: daysAgo(91) } })).rejects.toMatchObject({ code: 'EXPORT_RANGE_TOO_LARGE' });
  });

  test('takes no cursor that is none, and no bare boolean', async ({ world, domain }) => {
    const gateway = await world.busFor('gateway');
    const token = await world.tokens.user(domain.id, ['READ_EVENTS']);
    for (const input of [
      { cursor: 'nonsense' },
      { cursor: Buffer.from('{"from":1}').toString('base64url') },
      { filters: { playerId: true } },
    ])
      await expect(gateway.call(exportEvents, input, { domainId: domain.id, token })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });
});
