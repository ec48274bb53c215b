import { openCommunity as openPlainCommunity, type Community } from '@takaro/testing/community';
import { closedLoop, openLoop } from '../stats.ts';
import { installCommand } from './community.ts';
import type { System } from './system.ts';

const CITIZEN = 'Alice';
const AT_ONCE = 32;

/** Tenants that do a little each: one player who types a command now and then and waits for the answer. */
export interface QuietTenants extends AsyncDisposable {
  /** Commands at an even pace over all tenants for a time. Answers how long each took, in milliseconds. */
  live(options: { readonly perSecond: number; readonly forMs: number }): Promise<number[]>;
  /** Commands a second that are answered when so many wait for their answer all the time. */
  most(count: number): Promise<number>;
}

const PONG = `import { data } from '@takaro/helpers';
await data.player.pm('pong ' + data.arguments.item);
`;

export async function openQuietTenants({ whole }: System, count: number): Promise<QuietTenants> {
  await using opening = new AsyncDisposableStack();
  const communities: Community[] = [];
  for (let index = 0; index < count; index += 1) {
    const community = opening.use(await openPlainCommunity(whole, `quiet-${index}`, [CITIZEN]));
    await installCommand(community, { name: 'ping', code: PONG });
    communities.push(community);
  }
  let asked = 0;
  const askOne = async (): Promise<void> => {
    const { game } = communities[asked % communities.length]!;
    asked += 1;
    const mark = String(asked);
    game.say(CITIZEN, `/ping ${mark}`);
    await game.waitForMessage(CITIZEN, `pong ${mark}`, { timeoutMs: 60_000 });
  };
  const open = opening.move();
  return {
    live: (options) => openLoop(options, askOne),
    most: async (count) => {
      const { elapsedMs } = await closedLoop(count, AT_ONCE, askOne);
      return (count / elapsedMs) * 1_000;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
