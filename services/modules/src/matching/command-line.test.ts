import { describe, expect, test } from 'vitest';
import { parseArguments } from './command-arguments.ts';
import { readCommandLine } from './command-line.ts';

describe('what a message asks for', () => {
  test.each([
    ['/ping', '/', { trigger: 'ping', tokens: [] }],
    ['/Ping  a   b', '/', { trigger: 'Ping', tokens: ['a', 'b'] }],
    ['!!give "two words" x', '!!', { trigger: 'give', tokens: ['"two words"', 'x'] }],
    ['/say a"b c"d', '/', { trigger: 'say', tokens: ['a"b c"d'] }],
    ['/say a"b', '/', { trigger: 'say', tokens: ['a', 'b'] }],
    ["/say 'a b'", '/', { trigger: 'say', tokens: ["'a", "b'"] }],
    ['/say ""', '/', { trigger: 'say', tokens: ['""'] }],
    ['ping', '/', null],
    [' /ping', '/', null],
    ['/', '/', null],
    ['/ ping', '/', null],
    ['/a\tb', '/', { trigger: 'a\tb', tokens: ['b'] }],
  ])('%j with the prefix %j', (msg, prefix, line) => {
    expect(readCommandLine(msg, prefix)).toEqual(line);
  });
});

describe('how an argument is read', () => {
  const found = { bob: [{ id: 'bob' }], twins: [{ id: 1 }, { id: 2 }] } as Readonly<Record<string, readonly unknown[]>>;
  const read = (type: string, text: string | null, defaultValue: string | null = null) =>
    parseArguments([{ name: 'it', type, defaultValue }], text === null ? [] : [text], async (wanted) => found[wanted] ?? []);

  test.each([
    ['string', '"a b"c', 'a bc'],
    ['string', '""', ''],
    ['number', '12', 12],
    ['number', '-3', -3],
    ['number', '1.9', 1],
    ['number', '10}', 10],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['player', 'bob', { id: 'bob' }],
    ['player', '"bob"', { id: 'bob' }],
  ])('%s from %j', async (type, text, value) => {
    expect(await read(type, text)).toEqual({ values: { it: value } });
  });

  test.each([
    ['number', '"5"', "'it' should be a number"],
    ['number', 'x', "'it' should be a number"],
    ['boolean', 'TRUE', "'it' should be either 'true' or 'false'"],
    ['player', 'ann', "No player found with the name or ID 'ann'"],
    ['player', '""', 'No player found'],
    ['player', 'twins', "Multiple players found with the name or ID 'twins'"],
    ['string', null, "forgot to provide the 'it' argument"],
  ])('%s from %j is answered', async (type, text, problem) => {
    expect(await read(type, text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('a default is read like typed text, an empty one is none', async () => {
    expect(await read('number', null, '7')).toEqual({ values: { it: 7 } });
    expect(await read('number', null, 'x')).toHaveProperty('problem');
    expect(await read('string', null, '')).toHaveProperty('problem');
  });

  test('of a type that nobody knows nothing is read', async () => {
    expect(await read('colour', 'red')).toEqual({ values: {} });
  });
});
