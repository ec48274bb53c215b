import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { openCommunity } from '@takaro/testing/community';
import { median, openLoop, percentile } from '../stats.ts';
import type { SignInAnswers, SignInFlood } from '../takaro/sign-in-flood.worker.ts';
import type { Part } from './part.ts';

const ROUND_MS = 20_000;
const ASKED_PER_SECOND = 50;
const SIGN_INS_PER_SECOND = 200;

interface Answers {
  readonly times: readonly number[];
  /** Of those who signed in meanwhile, by status. */
  readonly signIns: SignInAnswers;
}

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
  const calmly = async (): Promise<Answers> => ({ times: await openLoop({ perSecond: ASKED_PER_SECOND, forMs }, askOther), signIns: {} });
  const flooded = async (): Promise<Answers> => {
    // In a thread of its own: what others are held up by must not be the one who measures it.
    const flood = { url: `${system.apiUrl}/login`, signIn, perSecond: SIGN_INS_PER_SECOND, forMs } satisfies SignInFlood;
    const worker = new Worker(new URL('../takaro/sign-in-flood.worker.ts', import.meta.url), { workerData: flood });
    const answered = once(worker, 'message');
    const { times } = await calmly();
    const statuses: SignInAnswers = (await answered)[0];
    return { times, signIns: statuses };
  };

  const forMs = Math.ceil(ROUND_MS / divide);
  const sides = { calm: [] as Answers[], flooded: [] as Answers[] };
  await calmly();
  for (let round = 1; round <= rounds; round += 1) {
    sides.calm.push(await calmly());
    sides.flooded.push(await flooded());
    const p99 = (answers: readonly Answers[]): string => percentile(answers.at(-1)?.times ?? [], 0.99).toFixed(1);
    say(`  round ${round} p99 calm ${p99(sides.calm)} ms, beside sign-ins ${p99(sides.flooded)} ms`);
  }
  const over = (answers: readonly Answers[], share: number): number => median(answers.map(({ times }) => percentile(times, share)));
  const row = (name: string, answers: readonly Answers[]): string[] => [
    name,
    over(answers, 0.5).toFixed(1),
    over(answers, 0.99).toFixed(1),
    String(answers.flatMap(({ times }) => times).length),
  ];
  const signedIn = sides.flooded.map((answers) => answers.signIns);
  return {
    title: `Sign-ins: what ${ASKED_PER_SECOND} requests/s feel of ${SIGN_INS_PER_SECOND} sign-ins/s`,
    head: ['others', 'p50 ms', 'p99 ms', 'count'],
    rows: [row('calm', sides.calm), row('beside sign-ins', sides.flooded)],
    notes: [`sign-ins by status, each round: ${signedIn.map((counts) => JSON.stringify(counts)).join(', ')}`],
    ratios: [
      { id: 'sign-ins p50 / calm', value: over(sides.flooded, 0.5) / over(sides.calm, 0.5), target: '(beside it)' },
      { id: 'sign-ins p99 / calm', value: over(sides.flooded, 0.99) / over(sides.calm, 0.99), target: '<= 2' },
    ],
  };
};
