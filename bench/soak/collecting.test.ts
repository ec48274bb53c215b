import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { collectAll, collecting } from './collecting.ts';

type Holder = ChildProcessByStdio<Writable, null, Readable>;
type Listener = (name: string, line: string) => void;

/**
 * Holds one thing of two, once needed much more, and says whenever it is asked which of the things are still there, and whether V8 still
 * keeps the room of what was needed.
 */
const HOLDER = `
  globalThis.held = { size: 1 };
  const seen = { held: new WeakRef(globalThis.held), dropped: new WeakRef({ size: 1 }) };
  globalThis.many = Array.from({ length: 400_000 }, (_, nr) => ({ nr, name: 'number ' + nr }));
  globalThis.many = undefined;
  process.stdin.on('data', () => {
    const there = Object.keys(seen).filter((name) => seen[name].deref() !== undefined);
    console.error([...there, ...(process.memoryUsage().heapTotal > 20_000_000 ? ['room'] : [])].join(' '));
  });
  console.error('started');
`;

const processes: Holder[] = [];
const listeners = new Set<Listener>();
const hear = (listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

afterEach(() => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  expect(listeners.size).toBe(0);
});

const nextLine = (): Promise<string> =>
  new Promise((resolve) => {
    const silence = hear((_, line) => {
      silence();
      resolve(line);
    });
  });

async function start(name: string): Promise<Holder> {
  const child = spawn(process.execPath, ['--eval', HOLDER], {
    env: { ...process.env, ...collecting() },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  processes.push(child);
  createInterface({ input: child.stderr }).on('line', (line) => {
    for (const listener of listeners) listener(name, line);
  });
  expect(await nextLine()).toBe('started');
  return child;
}

async function whatIsThere(child: Holder): Promise<string> {
  const line = nextLine();
  child.stdin.write('?');
  return line;
}

test(
  'once all have collected, what a process holds is there, and neither what it dropped nor the room of that',
  { timeout: 60_000 },
  async () => {
    const child = await start('holder');
    expect(await whatIsThere(child)).toBe('held dropped room');

    await collectAll({ servicePids: { holder: child.pid ?? 0 }, hear });

    expect(await whatIsThere(child)).toBe('held');
  },
);

test('a service that does not collect is named', { timeout: 60_000 }, async () => {
  const [busy, free] = [await start('busy'), await start('free')];
  busy.kill('SIGSTOP');

  const collected = collectAll({ servicePids: { busy: busy.pid ?? 0, free: free.pid ?? 0 }, hear }, 3_000);

  await expect(collected).rejects.toThrow('No collection within 3 s: busy');
});
