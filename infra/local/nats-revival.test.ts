import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startNats } from './nats.ts';

/** Says what nats-server says when its disk is full, the first two times; the whole system with a real one is row 11 of the faults. */
const STAND_IN = `#!/bin/sh
echo start >> "$2"
echo '[1] [INF] Server is ready'
if [ "$(wc -l < "$2")" -lt 3 ]; then echo '[1] [ERR] JetStream out of File resources, will be DISABLED'; fi
exec sleep 60
`;

test('a nats-server whose store had no room is started again until it has', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-revival-'));
  try {
    const binary = join(folder, 'nats-server');
    const configFile = join(folder, 'starts');
    await writeFile(binary, STAND_IN);
    await chmod(binary, 0o755);
    await writeFile(configFile, '');
    const starts = async (): Promise<number> => (await readFile(configFile, 'utf8')).trim().split('\n').length;

    await using _server = await startNats({ binary, configFile, log: () => undefined, restart: true, reviveMs: 50 });

    await expect.poll(starts, { timeout: 20_000 }).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await starts()).toBe(3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
