import { newId } from '@takaro/contracts/ids';
import type { ClaimAnswer, ExecutionOrder } from '@takaro/contracts/modules/executions';
import { claimExecution } from '@takaro/contracts/modules/executions';
import { searchVariables } from '@takaro/contracts/modules/variables';
import { rawRequest } from '@takaro/testing/raw-request';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { vi } from 'vitest';
import { authorOf } from '../modules/author.ts';
import { addGameServer, readOrders, startModulesUnderTest, tell } from '../modules/modules-world.ts';
import { chat, personOn } from '../modules/people.ts';
import { runnerSide } from '../modules/runner-side.ts';
import { type AttackVerdict, expectRefused } from './attack.ts';

const test = worldTest(startModulesUnderTest);

let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

const PATIENT = { timeout: 20_000, interval: 50 };

/** Somebody types a command in a domain, so that its function is ordered. */
async function order(world: World, domain: TestDomain): Promise<ExecutionOrder> {
  const gameServerId = await addGameServer(world, domain);
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'ping');
  await author.install(module, gameServerId);
  await tell(world, chat(domain, personOn(gameServerId), '/ping'));
  return vi.waitFor(() => {
    const [one] = orders.of(domain);
    if (!one) throw new Error('not ordered yet');
    return one;
  }, PATIENT);
}

const tokenOf = (answer: ClaimAnswer): { token: string; attempt: number } => {
  if (answer.outcome !== 'claimed') throw new Error(`not claimed: ${answer.outcome}`);
  return answer;
};

/** What a token of an execution opens: harmed when the domain's variables were read. */
async function readVariables(world: World, domainId: string, token: string): Promise<AttackVerdict> {
  const { nats } = await world.busFor('runner');
  const { code } = await rawRequest(nats, searchVariables, { domainId, token, payload: '{}' });
  return { harmed: code === null, seen: code ?? 'read variables' };
}

/** Harmed when the run was given out with a token of the domain. */
async function claim(world: World, domainId: string, asked: ExecutionOrder): Promise<AttackVerdict> {
  const { nats } = await world.busFor('runner');
  const token = await world.tokens.service('runner', domainId);
  const payload = JSON.stringify({ order: asked, executionId: asked.assignments[0]?.executionId });
  const { code, body } = await rawRequest(nats, claimExecution, { domainId, token, payload });
  const harmed = code === null && JSON.stringify(body).includes('"claimed"');
  return { harmed, seen: code ?? (harmed ? 'claimed' : JSON.stringify(body)) };
}

/** A second: by then it has to be useless. */
const USELESS_MS = 1_000;

test('33: the token of a run after its end', async ({ world, domain, task }) => {
  const asked = await order(world, domain);
  const runner = await runnerSide(world, domain.id);
  const { token, attempt } = tokenOf(await runner.claim(asked));
  const during = await readVariables(world, domain.id, token);
  const begun = performance.now();
  await runner.finish(asked, attempt);

  await expectRefused(task, {
    row: 33,
    attack: 'the token of a run after its end',
    tried: 'the domain’s variables, again and again',
    refusedBy: 'what modules tells of ended attempts',
    guarded: async () => {
      let last = await readVariables(world, domain.id, token);
      // The deadline is ten times what is promised; what is promised is in the words.
      while (last.harmed && performance.now() - begun < 10 * USELESS_MS) last = await readVariables(world, domain.id, token);
      return { ...last, seen: `${last.seen} after ${Math.round(performance.now() - begun)} ms` };
    },
    control: { without: 'the end', attempt: async () => during },
  });
});

test('33: the token of a run in another tenant', async ({ world, domain, otherDomain, task }) => {
  const runner = await runnerSide(world, domain.id);
  const { token } = tokenOf(await runner.claim(await order(world, domain)));
  await expectRefused(task, {
    row: 33,
    attack: 'the token of a run in another tenant',
    tried: 'its variables',
    refusedBy: 'the domain in the token',
    guarded: () => readVariables(world, otherDomain.id, token),
    control: { without: 'it being another', attempt: () => readVariables(world, domain.id, token) },
  });
});

test('33: the runner reads a tenant that it runs nothing for', async ({ world, otherDomain, task }) => {
  await expectRefused(task, {
    row: 33,
    attack: 'the runner reads a tenant without a run',
    tried: 'a service token that it signs itself',
    refusedBy: 'operations that name the edge',
    guarded: async () => readVariables(world, otherDomain.id, await world.tokens.service('runner', otherDomain.id)),
    control: {
      without: 'it being the runner',
      attempt: async () => readVariables(world, otherDomain.id, await world.tokens.service('players', otherDomain.id)),
    },
  });
});

test('33: the runner makes up an order to be given a token', async ({ world, otherDomain, task }) => {
  const real = await order(world, otherDomain);
  const executionId = newId();
  const forged = { ...real, causeId: newId(), assignments: real.assignments.map((one) => ({ ...one, executionId })) };
  await expectRefused(task, {
    row: 33,
    attack: 'the runner makes up an order',
    tried: 'ids of an installed command, a fresh cause',
    refusedBy: 'the seal of orders',
    guarded: () => claim(world, otherDomain.id, forged),
    control: { without: 'making it up', attempt: () => claim(world, otherDomain.id, real) },
  });
});
