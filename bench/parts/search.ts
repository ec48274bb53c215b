import { setTimeout as delay } from 'node:timers/promises';
import { openCommunity } from '@takaro/testing/community';
import { type Filled, fill } from '../takaro/fill.ts';
import { type Plan, type Plans, pagePlan, watchPlans } from '../takaro/plans.ts';
import { connectAsAdmin, schemaOf } from '../takaro/rows.ts';
import { type IndexedSearch, SEARCHES } from '../takaro/searches.ts';
import type { Part } from './part.ts';

const SMALL = { players: 10_000, events: 10_000 };
const LARGE = { players: 100_000, events: 1_000_000 };
const TIMES = 7;
/** Below it the clock and other processes decide, not the rows. */
const LEAST_MS = 0.25;

interface Found {
  readonly small: Plan;
  readonly large: Plan;
}

/** Searches in a large tenant: each by its index, and as quick as in a small one. */
export const bigSearches: Part = async ({ system, divide, say }) => {
  await using open = new AsyncDisposableStack();
  const client = await connectAsAdmin(system);
  open.defer(() => client.end());
  const [small, large] = [
    open.use(await openCommunity(system.whole, 'bench-small', [])),
    open.use(await openCommunity(system.whole, 'bench-large', [])),
  ];
  const less = (counts: typeof SMALL): typeof SMALL => ({ players: counts.players / divide, events: counts.events / divide });
  const filledSmall = await fill(client, small, less(SMALL));
  const filledLarge = await fill(client, large, less(LARGE));
  say(`  ${LARGE.players / divide} players, ${(2 * LARGE.players) / divide} on game servers, ${LARGE.events / divide} events`);
  const plans = open.use(await watchPlans(system, client, ['players', 'events']));
  await untilAnswered(filledSmall);

  const found: (readonly [IndexedSearch, Found])[] = [];
  for (const one of SEARCHES) found.push([one, { small: await best(plans, one, filledSmall), large: await best(plans, one, filledLarge) }]);
  const without = found.filter(([{ index }, { large: plan }]) => !plan.indexes.some((name) => index.includes(name)));
  const ratioOf = ({ small: one, large: other }: Found): number => other.ms / Math.max(one.ms, LEAST_MS);
  const name = ({ contract, what }: IndexedSearch): string => `${contract.operation} ${what}`;
  return {
    title: `search: ${LARGE.events / divide} events beside ${SMALL.events / divide}`,
    head: ['search', 'small ms', 'large ms', 'large / small', 'by'],
    rows: found.map(([one, both]) => [
      name(one),
      both.small.ms.toFixed(2),
      both.large.ms.toFixed(2),
      ratioOf(both).toFixed(2),
      both.large.indexes.join(', '),
    ]),
    notes: without.map(([one, { large: plan }]) => `NOT BY ITS INDEX  ${name(one)}, should be by ${one.index.join(' or ')}: ${plan.text}`),
    ratios: [
      { id: 'search without its index', value: without.length, target: '<= 0' },
      { id: 'search worst large / small', value: Math.max(...found.map(([, both]) => ratioOf(both))), target: '<= 2' },
    ],
  };
};

/** The quickest of several: what is slower was disturbed, or read from the disk for the first time. */
async function best(plans: Plans, { contract, input }: IndexedSearch, filled: Filled): Promise<Plan> {
  const { root, domainId } = filled.community;
  const seen: Plan[] = [];
  for (let turn = 0; turn < TIMES; turn += 1)
    seen.push(await pagePlan(plans, schemaOf(domainId), () => root.call(contract, input(filled))));
  return seen.reduce((quickest, one) => (one.ms < quickest.ms ? one : quickest));
}

/** The services have fresh connections, which the first requests may find closing. */
async function untilAnswered(filled: Filled): Promise<void> {
  for (const { contract, input } of SEARCHES) {
    for (let turn = 0; ; turn += 1) {
      try {
        await filled.community.root.call(contract, input(filled));
        break;
      } catch (error) {
        if (turn === 20) throw error;
        await delay(250);
      }
    }
  }
}
