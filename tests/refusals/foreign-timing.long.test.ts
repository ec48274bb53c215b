import type { AnyRequest } from '@takaro/contracts/contract';
import { getGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import { getHook } from '@takaro/contracts/modules/hooks';
import { getModule } from '@takaro/contracts/modules/modules';
import { getRole } from '@takaro/contracts/tenancy/roles';
import { rawRequest } from '@takaro/testing/raw-request';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { startAllServices } from '../all-services.ts';
import { furnish } from './furnish.ts';
import { idsIn } from './ids-in.ts';

const test = worldTest(startAllServices);

const PAIRS = 400;
const WARMING = 50;
/**
 * Of pairs of asks, one for each of both ids in turns, that for the foreign one is the slower in half, give or take a fortieth. What a
 * busy machine does to single asks it does to both alike, so that the share does not move; one more query makes it three quarters.
 */
const SLOWER = { least: 0.4, most: 0.6 };

const ASKED: readonly (readonly [table: string, contract: AnyRequest, code: string])[] = [
  ['gameServer', getGameServer, 'GAMESERVER_NOT_FOUND'],
  ['role', getRole, 'ROLE_NOT_FOUND'],
  ['module', getModule, 'MODULE_NOT_FOUND'],
  ['hook', getHook, 'HOOK_NOT_FOUND'],
];

const median = (timesMs: readonly number[]): number =>
  timesMs.toSorted((one, other) => one - other)[Math.floor(timesMs.length / 2)] ?? Number.NaN;

test('28: an id of another domain takes as long to be refused as one that nothing has', { timeout: 240_000 }, async ({ world, domain }) => {
  const { id: furnished } = await world.domain();
  await furnish(world, furnished);
  const ids = await idsIn(world, furnished);
  const { nats } = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id);
  const timed = async (contract: AnyRequest, id: string, expected: string): Promise<number> => {
    const payload = JSON.stringify({ id });
    const begun = performance.now();
    const { code } = await rawRequest(nats, contract, { domainId: domain.id, token, payload });
    expect(code).toBe(expected);
    return performance.now() - begun;
  };

  for (const [table, contract, code] of ASKED) {
    const { id: foreign } = ids.find((one) => one.table === table) ?? expect.fail(table);
    const unknown = newId();
    const [ofForeign, ofUnknown]: [number[], number[]] = [[], []];
    for (let pair = -WARMING; pair < PAIRS; pair += 1) {
      const order = pair % 2 === 0 ? [ofForeign, ofUnknown] : [ofUnknown, ofForeign];
      for (const times of order) {
        const took = await timed(contract, times === ofForeign ? foreign : unknown, code);
        if (pair >= 0) times.push(took);
      }
    }
    const slower = ofForeign.filter((took, pair) => took > (ofUnknown[pair] ?? 0)).length / PAIRS;
    const told = `${contract.operation}: foreign ${median(ofForeign).toFixed(2)} ms, unknown ${median(ofUnknown).toFixed(2)} ms`;
    process.stdout.write(`${told}, slower in ${Math.round(slower * 100)} %\n`);
    expect(slower, told).toBeGreaterThan(SLOWER.least);
    expect(slower, told).toBeLessThan(SLOWER.most);
  }
});
