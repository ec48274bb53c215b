import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { STREAM_PREFIXES } from '@takaro/contracts/subjects';
import type { System } from '@takaro/testing/system';
import type { Fault } from '../fault.ts';
import { ADDED, setNewer } from '../outside.ts';
import { type Siege, stop } from '../siege.ts';

/** For so long each service works beside others that are older or newer: ten minutes together, where that is done five times with eight of them. */
const MIXED_MS = 15_000;

/** Services are started again one by one, as a later version and back, so that old and new work together all the while. */
const rolling: Fault = {
  row: '59',
  name: 'services go one by one to a later version, whose messages say more, and back',
  on: 'moved',
  recoveryS: 10,
  inflict: async (siege, turn) => {
    const complaints: string[] = [];
    await setNewer(siege.system, turn % 2 === 1);
    await using newer = await countNewer(siege.system);
    for (const { name } of siege.system.services) {
      const from = Date.now();
      const ending = await stop(siege, name);
      if (ending !== 'exit code 0') complaints.push(`${name} ended with ${ending}`);
      await siege.system.ready();
      await delay(Math.max(0, MIXED_MS - (Date.now() - from)));
    }
    return [...complaints, ...newer.missing()];
  },
  check: async (siege) => {
    await setNewer(siege.system, false);
    return complaintsOfFailures((await Promise.all(siege.towns.map((town) => town.executions()))).flat());
  },
};

type Ended = Pick<Awaited<ReturnType<Siege['towns'][number]['executions']>>[number], 'componentName' | 'state' | 'reason'>;

export const complaintsOfFailures = (executions: readonly Ended[]): string[] =>
  executions
    .filter(({ state }) => state === 'failed' || state === 'interrupted')
    .map(({ componentName, state, reason }) => `${componentName} ${state}: ${reason}`);

const [MARK = ''] = Object.keys(ADDED);
const KINDS = ['by itself', 'together with others'] as const;

interface Newer extends AsyncDisposable {
  /** A complaint for each way to travel in which no message said more: then nothing was tried. */
  missing(): string[];
}

/** Listens for messages that say more. */
async function countNewer({ servers }: System): Promise<Newer> {
  const authenticator = credsAuthenticator(await readFile(servers.nats.setupCredentials));
  const nats = await connect({ servers: servers.natsUrl.split(','), authenticator });
  const seen = new Set<string>();
  for (const prefix of STREAM_PREFIXES.keys())
    nats.subscribe(`${prefix}.>`, {
      callback: (error, message) => {
        const text = error ? '' : message.string();
        if (text.includes(`"${MARK}"`)) seen.add(text.startsWith('[') ? KINDS[1] : KINDS[0]);
      },
    });
  await nats.flush();
  return {
    missing: () => KINDS.filter((kind) => !seen.has(kind)).map((kind) => `no message said more that travelled ${kind}`),
    [Symbol.asyncDispose]: () => nats.close(),
  };
}

export const UPGRADES: readonly Fault[] = [rolling];
