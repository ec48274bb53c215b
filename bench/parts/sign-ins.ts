import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { openCommunity } from '@takaro/testing/community';
import { openLoop } from '../stats.ts';
import type { SignInAnswers, SignInFlood } from '../takaro/sign-in-flood.worker.ts';
import { besideFlood } from './beside-flood.ts';
import type { Part } from './part.ts';

const ROUND_MS = 20_000;
const ASKED_PER_SECOND = 50;
const SIGN_INS_PER_SECOND = 200;

/** Row 57: what others who use the REST API feel while as many passwords are tried at once as no machine can hash. */
export const signIns: Part = async ({ system, rounds, divide, say }) => {
  await using community = await openCommunity(system.whole, 'bench-sign-ins', ['Alice']);
  const { apiToken, gameServerId, signIn } = community;
  const ask = (path: string, headers: Readonly<Record<string, string>>, body?: object): Promise<Response> =>
    fetch(`${system.apiUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body ? JSON.stringify(body) : null,
    });
  let turn = 0;
  const others: readonly (readonly [string, object?])[] = [
    ['/me'],
    [`/gameserver/${gameServerId}`],
    ['/player/search', { limit: 10 }],
    ['/module/search', { limit: 10 }],
    ['/role/search', {}],
  ];
  const askOther = async (): Promise<void> => {
    turn += 1;
    const [path, body] = others[turn % others.length]!;
    const answer = await ask(path, { 'x-takaro-token': apiToken }, body);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
  };
  const forMs = Math.ceil(ROUND_MS / divide);
  const calmly = (): Promise<number[]> => openLoop({ perSecond: ASKED_PER_SECOND, forMs }, askOther);
  const statuses: SignInAnswers[] = [];
  const flooded = async (): Promise<number[]> => {
    // In a thread of its own: what others are held up by must not be the one who measures it.
    const flood = { url: `${system.apiUrl}/login`, signIn, perSecond: SIGN_INS_PER_SECOND, forMs } satisfies SignInFlood;
    const worker = new Worker(new URL('../takaro/sign-in-flood.worker.ts', import.meta.url), { workerData: flood });
    const answered = once(worker, 'message');
    const times = await calmly();
    statuses.push((await answered)[0]);
    return times;
  };
  await calmly();
  const names = { measured: 'others', flooded: 'beside sign-ins' };
  const measured = await besideFlood({ rounds, say, id: 'sign-ins', names, calmly, flooded });
  return {
    title: `Sign-ins: what ${ASKED_PER_SECOND} requests/s feel of ${SIGN_INS_PER_SECOND} sign-ins/s`,
    notes: [`sign-ins by status, each round: ${statuses.map((counts) => JSON.stringify(counts)).join(', ')}`],
    ...measured,
  };
};
