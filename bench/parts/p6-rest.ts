import { searchPlayers } from '@takaro/contracts/players/rest';
import { login } from '@takaro/contracts/tenancy/users';
import { openCommunity } from '@takaro/testing/community';
import type { LoadedSide } from '../contender.ts';
import { httpLoad, type HttpRequest } from '../http-load.ts';
import { interleave } from '../interleave.ts';
import { bareRest } from '../peers/bare-rest.ts';
import { cpuOfAll, median, rateOf, type Round } from '../stats.ts';
import { cpuLine, rowOf } from '../table.ts';
import { connectAsAdmin, idOf, insertPlayers, PLAYER, schemaOf } from '../takaro/rows.ts';
import { type Part, ROUND_HEAD } from './part.ts';

const PLAYERS = 100_000;
const CONNECTIONS = 16;

type Asked = Omit<HttpRequest, 'url' | 'headers'>;

const anyOf = (count: number): number => Math.floor(Math.random() * count);
let created = 0;

/** What is asked of both sides, and how often in a round. */
const REQUESTS: readonly { readonly name: string; readonly count: number; readonly asked: Asked }[] = [
  { name: 'get', count: 4_000, asked: { method: 'GET', path: () => `/player/${idOf(PLAYER, 1 + anyOf(PLAYERS))}` } },
  { name: 'search', count: 400, asked: { method: 'POST', path: () => '/player/search', body: () => ({ limit: 100, page: anyOf(10) }) } },
  {
    name: 'create',
    count: 2_000,
    asked: { method: 'POST', path: () => '/variables', body: () => ({ key: `bench-${(created += 1)}`, value: 'x'.repeat(200) }) },
  },
];

/** P6: the REST API, beside a bare Fastify that asks one process over NATS, which asks PostgreSQL one thing by an index. */
export const restApi: Part = async ({ system, rounds, divide, say }) => {
  await using open = new AsyncDisposableStack();
  const community = open.use(await openCommunity(system.whole, 'bench-rest', []));
  const client = await connectAsAdmin(system);
  open.defer(() => client.end());
  const schema = schemaOf(community.domainId);
  await insertPlayers(client, schema, { to: PLAYERS });
  await client.query(`analyze ${schema}."player"`);
  const { token } = await community.root.call(login, community.signIn);
  const [first] = (await community.root.call(searchPlayers, { limit: 1 })).rows;
  const bare = open.use(
    await bareRest({
      natsUrl: system.servers.natsUrl,
      credentialsFile: system.servers.nats.setupCredentials,
      databaseUrl: system.servicesAdminUrl,
      schema: `domain_${community.domainId}`,
      besides: { roleAssignments: first?.roleAssignments, nameHistory: [], ipHistory: [] },
    }),
  );
  const shared = { nats: system.natsPid, postgres: system.databasePid };
  const { gateway = 0, tenancy = 0, players = 0, modules = 0 } = system.servicePids;
  const sideOf = (side: Omit<LoadedSide, 'load' | typeof Symbol.asyncDispose>, request: HttpRequest): LoadedSide => ({
    ...side,
    load: (count, window) => httpLoad(request, count, window),
    [Symbol.asyncDispose]: async () => undefined,
  });

  const rows: string[][] = [];
  const notes: string[] = [];
  const ratios = [];
  for (const { name, count, asked } of REQUESTS) {
    const takaro = { name: `Takaro, ${name}`, processes: { gateway, tenancy, players, modules, ...shared } };
    const limit = { name: `limit: bare Fastify, ${name}`, processes: { ...bare.processes, ...shared } };
    const sides = [
      sideOf(takaro, { ...asked, url: system.apiUrl, headers: { authorization: `Bearer ${token}` } }),
      sideOf(limit, { ...asked, url: bare.url, headers: {} }),
    ];
    say(`P6, ${name}, ${CONNECTIONS} connections`);
    const results = await interleave(sides, { count: Math.max(CONNECTIONS, Math.ceil(count / divide)), window: CONNECTIONS, rounds }, say);
    const [own = [], its = []] = [results.get(takaro.name), results.get(limit.name)];
    const ratio = (of: (round: Round) => number): number => median(own.map(of)) / median(its.map(of));
    rows.push(rowOf(takaro.name, own), rowOf(limit.name, its));
    notes.push(`CPU ms, ${name}: ${cpuLine(own)}`);
    ratios.push(
      { id: `P6 ${name} rate / bare`, value: ratio(rateOf), target: '>= 0.5' },
      { id: `P6 ${name} p99 / bare`, value: ratio(({ p99Ms }) => p99Ms), target: '<= 3' },
      { id: `P6 ${name} CPU / bare`, value: ratio(cpuOfAll), target: '(the limit)' },
    );
  }
  return { title: `P6: the REST API, ${PLAYERS} players`, head: ROUND_HEAD, rows, notes, ratios };
};
