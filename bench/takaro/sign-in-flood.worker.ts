import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { openLoop } from '../stats.ts';

/** What a flood is asked for. */
export interface SignInFlood {
  readonly url: string;
  readonly signIn: object;
  readonly perSecond: number;
  readonly forMs: number;
}

/** How often each status was answered. */
export type SignInAnswers = Readonly<Record<number, number>>;

const { url, signIn, perSecond, forMs }: SignInFlood = workerData;
const body = JSON.stringify(signIn);
// Plain requests over lines that stay open: on the same machine the flood's own work is taken from whom it floods.
const agent = new Agent({ keepAlive: true });
const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } };
const seen: Record<number, number> = {};

await openLoop({ perSecond, forMs }, async () => {
  const asked = request(url, options).end(body);
  const [answer]: IncomingMessage[] = await once(asked, 'response');
  if (!answer) throw new Error('no answer');
  const status = answer.statusCode ?? 0;
  seen[status] = (seen[status] ?? 0) + 1;
  await once(answer.resume(), 'end');
});
agent.destroy();
parentPort?.postMessage(seen satisfies SignInAnswers);
