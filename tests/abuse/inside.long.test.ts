import { randomBytes } from 'node:crypto';
import { type Operation, OPERATIONS } from '@takaro/api';
import { newId } from '@takaro/contracts/ids';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { getMe } from '@takaro/contracts/tenancy/users';
import { type Community, openCommunity } from '@takaro/testing/community';
import { startSystem, type System } from '@takaro/testing/system';
import { afterAll, beforeAll, vi } from 'vitest';
import { writeModule } from '../system/author.ts';
import { foreignInputs } from '../system/foreign-inputs.ts';
import { everythingIn, furnish, type Ids } from '../system/furnished.ts';
import { askRest } from '../system/raw-rest.ts';
import { type AttackVerdict, attackTest } from './attack.ts';
import { executionOf, PATIENT, runIn } from './run-in.ts';

/** As many as the log of one run has room for. */
const CALLS_PER_RUN = 30;

let system: System;
let home: Community;
let other: Community;
let own: Ids;
let foreign: Ids;

beforeAll(async () => {
  system = await startSystem();
  home = await openCommunity(system, 'home', ['Alice']);
  other = await openCommunity(system, 'other', ['Alice']);
  [own, foreign] = await Promise.all([furnish(home), furnish(other)]);
}, 240_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

interface Call {
  readonly place: string;
  readonly group: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

function callOf(
  { id, group, method, pathParams, queryParams, hasBody }: Operation,
  place: string,
  input: Readonly<Record<string, unknown>>,
): Call {
  const named = [...pathParams, ...queryParams];
  const body = Object.fromEntries(Object.entries(input).filter(([name]) => !named.includes(name)));
  const args = [...named.map((name) => input[name]), ...(hasBody ? [body] : [])];
  return { place: `${id} ${place}`, group, method, args };
}

const codeOf = (calls: readonly Call[]): string => `import { takaro } from '@takaro/helpers';
  const told = [];
  for (const { group, method, args } of ${JSON.stringify(calls.map(({ group, method, args }) => ({ group, method, args })))}) {
    try { const { status, data } = await takaro[group][method](...args); told.push(status + ' ' + JSON.stringify(data).slice(0, 200)); }
    catch (error) { told.push(error.response ? error.response.status + ' ' + JSON.stringify(error.response.data).slice(0, 200) : error.message); }
  }
  console.log('told', ...told);`;

async function ask(community: Community, calls: readonly Call[]): Promise<string[]> {
  const runs = Array.from({ length: Math.ceil(calls.length / CALLS_PER_RUN) }, (_, at) =>
    codeOf(calls.slice(at * CALLS_PER_RUN, (at + 1) * CALLS_PER_RUN)),
  );
  const executions = await runIn(community, runs);
  const told = executions.flatMap(({ logs }) => {
    const args: unknown = Object(logs.at(-1)?.details).args;
    return Array.isArray(args) ? args.map(String) : [];
  });
  if (told.length !== calls.length) throw new Error(`${told.length} of ${calls.length} calls were told`);
  return told.map((one) =>
    one.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'),
  );
}

/** With ids of the other tenant, and with ids that nothing has: whoever is told the difference was told something. */
async function pry(community: Community, operations: readonly Operation[]): Promise<AttackVerdict> {
  const calls: Call[] = [];
  const unknown: Call[] = [];
  const mine = community === home ? own : foreign;
  for (const operation of operations) {
    if (operation.contract.kind === 'unavailable') continue;
    for (const { place, kinds, of } of foreignInputs(operation.contract, mine)) {
      for (const kind of kinds) {
        calls.push(callOf(operation, `${place}: ${kind}`, of(foreign[kind])));
        unknown.push(callOf(operation, `${place}: ${kind}`, of(newId())));
      }
    }
  }
  const before = JSON.stringify(await everythingIn(other));
  const [told, base] = [await ask(community, calls), await ask(community, unknown)];
  const leaks = calls.filter((_, at) => told[at] !== base[at]).map(({ place }) => place);
  const isChanged = community === home && JSON.stringify(await everythingIn(other)) !== before;
  return {
    harmed: leaks.length > 0 || isChanged,
    seen: `${leaks.length} of ${calls.length} calls told something${isChanged ? ', and something changed' : ''}: ${leaks.slice(0, 5).join(', ')}`,
  };
}

const ofDomain = OPERATIONS.filter(({ contract }) => contract.access.kind === 'domain');
const reads = ofDomain.filter(({ httpMethod }) => httpMethod === 'GET');

attackTest(
  {
    row: 33,
    attack: `a function reads or changes another tenant's things`,
    tried: `foreign ids in all of ${ofDomain.length} operations`,
    refusedBy: `the execution's token, which is of one domain`,
    guarded: () => pry(home, ofDomain),
    control: { without: `it: the other tenant's own function`, attempt: () => pry(other, reads) },
  },
  240_000,
);

async function useToken(token: string): Promise<AttackVerdict> {
  const headers: Record<string, string>[] = [{ 'x-takaro-token': token }, { authorization: `Bearer ${token}` }];
  const answers = await Promise.all(
    headers.map((one) => askRest(system.apiUrl, getMe, { input: {}, headers: { ...one, 'x-takaro-domain': home.domainId } })),
  );
  const statuses = answers.map(({ status }) => status);
  return { harmed: statuses.includes(200), seen: statuses.join(' and ') };
}

/** Of `data.token`: 24 bytes, by chance. */
const TOKEN = /^[\w-]{32}$/;

async function tokenOfRun(): Promise<string> {
  const [execution] = await runIn(home, [`import { data } from '@takaro/helpers'; console.log(data.token);`]);
  const token = execution?.logs.at(-1)?.msg ?? '';
  if (!TOKEN.test(token)) throw new Error(`data.token is no token any more: ${token}`);
  return token;
}

const HELD_MS = 5_000;

/** Works while a run goes on whose token is given, and looks that it went on until then. */
async function duringRun(work: (token: string) => Promise<AttackVerdict>): Promise<AttackVerdict> {
  const name = `abuse${newId().slice(-8)}`;
  const author = await writeModule(home, name);
  const { id } = await author.command(name, [
    `import { data } from '@takaro/helpers'; await data.player.pm('token ' + data.token);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${HELD_MS});`,
  ]);
  await author.install();
  home.game.say('Alice', `/${name}`);
  const { text } = await home.game.waitForMessage('Alice', /token [\w-]+$/, { timeoutMs: PATIENT.timeout });
  const verdict = await work(text.split(' ').at(-1) ?? '');
  const { total } = await home.root.call(searchExecutions, { filters: { componentId: [id], state: ['running'] } });
  if (total !== 1) throw new Error('The run was over before its token was tried');
  await vi.waitFor(() => executionOf(home, id), PATIENT);
  return verdict;
}

const control = { without: 'it: a token of the domain', attempt: () => useToken(home.apiToken) };
const refusedBy = 'data.token, which is a name and opens nothing';
attackTest(
  {
    row: 33,
    attack: 'data.token is used from outside after the run',
    tried: 'both headers',
    refusedBy,
    guarded: async () => useToken(await tokenOfRun()),
    control,
  },
  120_000,
);
attackTest(
  {
    row: 33,
    attack: 'data.token is used from outside, and guessed, during the run',
    tried: 'both headers; ten of the same form',
    refusedBy: `${refusedBy}: no service keeps it`,
    guarded: () =>
      duringRun(async (token) => {
        if (!TOKEN.test(token)) throw new Error(`data.token is no token any more: ${token}`);
        const guessed = Array.from({ length: 10 }, () => randomBytes(24).toString('base64url'));
        const verdicts = await Promise.all([token, ...guessed].map(useToken));
        return verdicts.find(({ harmed }) => harmed) ?? { harmed: false, seen: verdicts[0]?.seen ?? '' };
      }),
    control,
  },
  120_000,
);
attackTest({
  row: 33,
  attack: 'a token of the domain is forged',
  tried: 'a JSON web token without a signature',
  refusedBy: 'signatures',
  guarded: () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { sub: newId(), dom: home.domainId, perms: ['ROOT'], exp: 4_000_000_000 };
    return useToken(`${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`);
  },
  control,
});
