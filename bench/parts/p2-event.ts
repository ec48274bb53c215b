import { freePort } from '@takaro/infra/local/ports';
import type { Contender } from '../contender.ts';
import { interleave } from '../interleave.ts';
import { bareOf } from '../peers/bare-of-system.ts';
import { bullMq, hasRedis } from '../peers/bullmq.ts';
import { graphileWorker } from '../peers/graphile-worker.ts';
import { pgBoss } from '../peers/pg-boss.ts';
import { median, rateOf } from '../stats.ts';
import { cpuLine, type Ratio, rowOf } from '../table.ts';
import { openCommunity } from '../takaro/community.ts';
import { takaroEvent } from '../takaro/event-to-record.ts';
import { type Part, ROUND_HEAD } from './part.ts';

/** 10,000 events over three rounds. */
const COUNT = 3_400;
const WINDOW = 32;

/** P2: an event → queued → no-op function → recorded, beside job queues that run the function in a fresh `node:vm` context. */
export const eventToRecord: Part = async ({ system, rounds, divide, say }) => {
  await using open = new AsyncDisposableStack();
  const { adminUrl } = system.servers;
  const takaro = open.use(await takaroEvent(system, open.use(await openCommunity(system, 'bench-events', []))));
  const bare = open.use(await bareOf(system));
  const graphile = open.use(await graphileWorker(adminUrl, system.databasePid));
  const boss = open.use(await pgBoss(adminUrl, system.databasePid));
  const bull = hasRedis() ? open.use(await bullMq(adminUrl, system.databasePid, await freePort())) : null;
  const sides: readonly Contender[] = [takaro, bare, graphile, boss, ...(bull ? [bull] : [])];

  say(`P2, ${WINDOW} at once${bull ? '' : ' (no redis-server on this machine, so BullMQ is left out)'}`);
  const results = await interleave(sides, { count: Math.ceil(COUNT / divide), window: WINDOW, rounds }, say);

  const rate = ({ name }: Contender): number => median((results.get(name) ?? []).map(rateOf));
  const p99 = ({ name }: Contender): number => median((results.get(name) ?? []).map(({ p99Ms }) => p99Ms));
  const besideBull: Ratio[] = bull
    ? [
        { id: 'P2 rate / BullMQ', value: rate(takaro) / rate(bull), target: '>= 1.2' },
        { id: 'P2 p99 / BullMQ', value: p99(takaro) / p99(bull), target: '<= 1' },
      ]
    : [];
  return {
    title: 'P2: an event to its recorded execution',
    head: ROUND_HEAD,
    rows: sides.map((side) => rowOf(side.name, results.get(side.name) ?? [])),
    notes: [`CPU ms an event: ${cpuLine(results.get(takaro.name) ?? [])}`],
    ratios: [
      { id: 'P2 rate / bare', value: rate(takaro) / rate(bare), target: '(the limit)' },
      { id: 'P2 rate / graphile-worker', value: rate(takaro) / rate(graphile), target: '>= 2.5' },
      { id: 'P2 p99 / graphile-worker', value: p99(takaro) / p99(graphile), target: '<= 1' },
      { id: 'P2 rate / pg-boss', value: rate(takaro) / rate(boss), target: '(a peer)' },
      ...besideBull,
    ],
  };
};
