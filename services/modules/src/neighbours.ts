import { type Bus, listen } from '@takaro/bus';
import type { RequestContract } from '@takaro/contracts/contract';
import { getEffectiveSettings } from '@takaro/contracts/gameservers/internal';
import { SETTINGS } from '@takaro/contracts/settings';
import { getDomainLimits, getDomainSettings, getUserByPlayer } from '@takaro/contracts/tenancy/internal';
import { LRUCache } from 'lru-cache';
import type { Cause } from './executions/orders.ts';

type Limits = AnswerOf<typeof getDomainLimits>;
type User = AnswerOf<typeof getUserByPlayer>['user'];

/** What other services know, at most 2 s stale and dropped earlier when they tell that it changed. */
export interface Neighbours extends AsyncDisposable {
  /** Effective values by key. @throws ServiceError GAMESERVER_NOT_FOUND */
  settingsOf(domainId: string, gameServerId: string): Promise<Readonly<Record<string, string>>>;
  limitsOf(domainId: string): Promise<Limits>;
  /** The Takaro user that is linked to a player. */
  userOf(domainId: string, playerId: string): Promise<User>;
  /** The IANA time zone in which the domain's cron jobs are read; asked anew each time. */
  timezoneOf(domainId: string): Promise<string>;
}

type AnswerOf<C> = C extends RequestContract<infer _In, infer Out> ? Out : never;

const STALE_MS = 2_000;

export function openNeighbours(bus: Bus): Neighbours {
  const settings = cacheOf((domainId, gameServerId) => ask(bus, domainId, getEffectiveSettings, { gameServerId }));
  const limits = cacheOf((domainId) => ask(bus, domainId, getDomainLimits, {}));
  const users = cacheOf((domainId, playerId) => ask(bus, domainId, getUserByPlayer, { playerId }));
  const heard = listen(bus, ['settings-set'], ({ domainId, gameServerId }) => settings.drop(domainId, gameServerId));
  return {
    settingsOf: (domainId, gameServerId) => settings.get(domainId, gameServerId),
    limitsOf: (domainId) => limits.get(domainId, ''),
    userOf: async (domainId, playerId) => (await users.get(domainId, playerId)).user,
    timezoneOf: async (domainId) => (await ask(bus, domainId, getDomainSettings, {})).timezone ?? SETTINGS.timezone.defaultValue,
    [Symbol.asyncDispose]: () => heard[Symbol.asyncDispose](),
  };
}

/** Asks in the name of the service. */
export async function ask<In, Out>(bus: Bus, domainId: string, contract: RequestContract<In, Out>, input: In): Promise<Out> {
  return bus.call(contract, input, { domainId, token: await bus.serviceToken(domainId) });
}

/** The same for what is told as an event: that is one deeper than its cause, as if a function had asked, and no chain begins anew. */
export async function askFor<In, Out>(
  bus: Bus,
  { domainId, depth }: Pick<Cause, 'domainId' | 'depth'>,
  contract: RequestContract<In, Out>,
  input: In,
): Promise<Out> {
  return bus.call(contract, input, { domainId, token: await bus.serviceToken(domainId, depth) });
}

interface Cache<Value> {
  get(domainId: string, key: string): Promise<Value>;
  /** Drops one entry, or all of the domain. */
  drop(domainId: string, key: string | null): void;
}

/** Concurrent readers share one question; a failure is not kept. */
function cacheOf<Value>(load: (domainId: string, key: string) => Promise<Value>): Cache<Value> {
  const entries = new LRUCache<string, Promise<Value>>({ max: 10_000, ttl: STALE_MS });
  return {
    get: (domainId, key) => {
      const name = `${domainId} ${key}`;
      const known = entries.get(name);
      if (known) return known;
      const loading = load(domainId, key);
      entries.set(name, loading);
      loading.catch(() => entries.delete(name));
      return loading;
    },
    drop: (domainId, key) => {
      if (key !== null) return void entries.delete(`${domainId} ${key}`);
      for (const name of entries.keys()) if (name.startsWith(`${domainId} `)) entries.delete(name);
    },
  };
}
