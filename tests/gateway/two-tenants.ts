import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@takaro/contracts/ids';
import type { Ask, RestAnswer } from './rest-client.ts';
import type { RestDomain } from './rest-domain.ts';

/** A tenant whose things all bear its mark, with clients that ask for them. */
export interface Tenant {
  readonly domain: RestDomain;
  readonly mark: string;
  /** Ids of what is its own; grows while clients make things. */
  readonly ids: Set<string>;
  readonly gameServerId: string;
  readonly players: readonly string[];
  readonly moduleId: string;
}

const IDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export async function openTenant(domain: RestDomain, mark: string): Promise<Tenant> {
  const { ask } = domain;
  const must = async (...asked: Parameters<Ask>): Promise<RestAnswer['body']['data']> => {
    const { status, body } = await ask(...asked);
    if (status !== 200) throw new Error(`${asked[1]}: ${JSON.stringify(body)}`);
    return body.data;
  };
  const names = ['one', 'two', 'three'].map((name) => `${mark} ${name}`);
  const { gameServerId } = await domain.openGame(`${mark} server`, names);
  const search = (): Promise<readonly { id: string }[]> => must('POST', '/player/search', { body: {} });
  const players = (await search()).map(({ id }) => id);
  const module = await must('POST', '/module', { body: { name: `${mark} module` } });
  await must('POST', '/settings/economyEnabled', { body: { value: 'true' } });
  await must('POST', '/settings/serverChatName', { body: { value: `${mark} chat` } });
  const versionId: string = module.latestVersion.id;
  await must('POST', '/hook', { body: { name: `${mark} hook`, regex: mark, eventType: 'chat-message', versionId } });
  await must('POST', '/module/installation', { body: { versionId, gameServerId } });
  const role = await must('POST', '/role', { body: { name: `${mark} role`, permissions: [] } });
  return {
    domain,
    mark,
    ids: new Set([gameServerId, ...players, module.id, versionId, role.id, domain.root.id]),
    gameServerId,
    players,
    moduleId: module.id,
  };
}

type Request = Readonly<{ method: Parameters<Ask>[0]; path: string; body?: unknown }>;

const oneOf = <T>(list: readonly T[]): T => {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
};

/** What a client asks for: what is its own, searches without a filter, and now and then what belongs to the other. */
const REQUESTS: readonly ((own: Tenant, other: Tenant) => Request)[] = [
  () => ({ method: 'POST', path: '/player/search', body: { extend: ['playerOnGameServers'] } }),
  () => ({ method: 'POST', path: '/gameserver/player/search', body: { extend: ['player', 'gameServer'], sortBy: 'createdAt' } }),
  () => ({ method: 'POST', path: '/gameserver/search', body: {} }),
  () => ({
    method: 'POST',
    path: '/variables/search',
    body: { extend: ['player', 'gameServer', 'module'], sortBy: 'createdAt', limit: 20 },
  }),
  () => ({ method: 'POST', path: '/module/search', body: { filters: { author: ['Unknown'] } } }),
  () => ({ method: 'POST', path: '/module/installation/search', body: {} }),
  () => ({ method: 'POST', path: '/hook/search', body: {} }),
  () => ({ method: 'POST', path: '/role/search', body: {} }),
  () => ({ method: 'POST', path: '/user/search', body: {} }),
  () => ({
    method: 'POST',
    path: '/event/search',
    body: { sortBy: 'createdAt', sortDirection: 'desc', limit: 20, extend: ['player', 'user'] },
  }),
  () => ({ method: 'GET', path: '/me' }),
  () => ({ method: 'GET', path: '/settings' }),
  (own) => ({ method: 'GET', path: `/player/${oneOf(own.players)}` }),
  (own) => ({ method: 'GET', path: `/gameserver/${own.gameServerId}/player/${oneOf(own.players)}` }),
  (own) => ({ method: 'GET', path: `/gameserver/${own.gameServerId}` }),
  (own) => ({ method: 'GET', path: `/module/${own.moduleId}` }),
  (own) => ({
    method: 'POST',
    path: '/variables',
    body: { key: `${own.mark} ${newId()}`, value: own.mark, playerId: oneOf(own.players), gameServerId: own.gameServerId },
  }),
  (own) => ({ method: 'POST', path: `/gameserver/${own.gameServerId}/player/${oneOf(own.players)}/add-currency`, body: { currency: 1 } }),
  (own) => ({ method: 'PUT', path: `/module/${own.moduleId}`, body: { author: `${own.mark} ${newId()}` } }),
  (own) => ({ method: 'POST', path: `/settings/messagePrefix`, body: { value: own.mark } }),
  (_own, other) => ({ method: 'GET', path: `/player/${oneOf(other.players)}` }),
  (_own, other) => ({ method: 'POST', path: '/player/search', body: { filters: { id: [oneOf(other.players)] } } }),
  (_own, other) => ({ method: 'POST', path: '/variables/search', body: { search: { key: [other.mark] } } }),
  (_own, other) => ({ method: 'PUT', path: `/module/${other.moduleId}`, body: { author: 'me' } }),
];

/** Ids and marks in an answer that belong to the other tenant, but for those that were sent. */
export function foreignIn(answer: string, sent: string, other: Tenant): string[] {
  const found = [...(answer.match(IDS) ?? []).filter((id) => other.ids.has(id)), ...(answer.includes(other.mark) ? [other.mark] : [])];
  return [...new Set(found)].filter((text) => !sent.includes(text));
}

export interface Outcome {
  /** What an answer showed of the other tenant. */
  readonly leaks: readonly string[];
  readonly good: { readonly reads: number; readonly writes: number };
  /** Statuses of what was not answered, by how often. */
  readonly refused: ReadonlyMap<number, number>;
}

interface Load {
  readonly clients: number;
  readonly requestsEach: number;
}

/** A hundred clients at once are more than a busy machine serves in time: who is told to try again does so. */
const TRIES = 10;
const TRY_AGAIN: ReadonlySet<number> = new Set([503, 504]);

async function askUntilAnswered(domain: RestDomain, { method, path, body }: Request, look: (text: string) => void): Promise<RestAnswer> {
  for (let turn = 1; ; turn += 1) {
    const answer = await domain.ask(method, path, body === undefined ? {} : { body });
    look(JSON.stringify(answer.body));
    if (!TRY_AGAIN.has(answer.status) || turn === TRIES) return answer;
    await delay(100 * turn);
  }
}

/** Clients of both tenants at once; every answer is looked through. `as` asks in the name of a tenant. */
export async function loadBoth(tenants: readonly [Tenant, Tenant], { clients, requestsEach }: Load): Promise<Outcome> {
  const leaks: string[] = [];
  const good = { reads: 0, writes: 0 };
  const refused = new Map<number, number>();
  const client = async (own: Tenant, other: Tenant): Promise<void> => {
    for (let turn = 0; turn < requestsEach; turn += 1) {
      const request = oneOf(REQUESTS)(own, other);
      const { method, path, body } = request;
      const { status, body: answered } = await askUntilAnswered(own.domain, request, (text) =>
        leaks.push(
          ...foreignIn(text, `${path} ${JSON.stringify(body)}`, other).map((what) => `${own.mark} saw ${what} by ${method} ${path}`),
        ),
      );
      if (status !== 200) refused.set(status, (refused.get(status) ?? 0) + 1);
      else if (method === 'GET' || path.endsWith('/search')) good.reads += 1;
      else good.writes += 1;
      if (status === 200 && path === '/variables') own.ids.add(String(answered.data.id));
    }
  };
  const [first, second] = tenants;
  const both = Array.from({ length: clients }, () => [client(first, second), client(second, first)]);
  await Promise.all(both.flat());
  return { leaks, good, refused };
}
