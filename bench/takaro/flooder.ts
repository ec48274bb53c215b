import { openCommunity as openPlainCommunity } from '@takaro/testing/community';
import { installCommand } from './community.ts';
import type { System } from './system.ts';

const MOB = Array.from({ length: 20 }, (_, index) => `Mob${index}`);
const CHATS_PER_SECOND = 1_000;
const BURNS_PER_SECOND = 8;
const BOMBS_PER_SECOND = 1;
const EVERY_MS = 20;

/** A tenant that takes what it can get: chat by the thousand, functions that burn processor time, functions that eat memory. */
export interface Flooder extends AsyncDisposable {
  /** Floods while `during` lasts, and ends when everything that it sent was taken: at its pace that takes several times as long. */
  flood<T>(during: () => Promise<T>): Promise<T>;
}

export async function openFlooder({ whole }: System): Promise<Flooder> {
  await using opening = new AsyncDisposableStack();
  const community = opening.use(await openPlainCommunity(whole, 'flooder', MOB));
  const { game } = community;
  await installCommand(community, { name: 'burn', code: 'for (;;);' });
  await installCommand(community, { name: 'bomb', code: 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));' });
  let turns = 0;
  const turn = (): void => {
    const inASecond = 1_000 / EVERY_MS;
    turns += 1;
    for (let count = 0; count < CHATS_PER_SECOND / inASecond; count += 1) game.say(MOB[count % MOB.length]!, `flood ${turns} ${count}`);
    if (turns % Math.floor(inASecond / BURNS_PER_SECOND) === 0) game.say(MOB[0]!, `/burn ${turns}`);
    if (turns % (inASecond / BOMBS_PER_SECOND) === 0) game.say(MOB[1]!, `/bomb ${turns}`);
  };
  const open = opening.move();
  return {
    flood: async (during) => {
      const timer = setInterval(turn, EVERY_MS);
      try {
        return await during();
      } finally {
        clearInterval(timer);
        await game.confirmed();
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
