import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { AnyRequest } from '@takaro/contracts/contract';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import { EDGE_SERVICES, SERVICE_NAMES } from '@takaro/contracts/services';
import { PLATFORM } from '@takaro/contracts/subjects';
import { rawRequest } from '@takaro/testing/raw-request';
import { sample } from '@takaro/testing/sample';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { startAllServices } from '../all-services.ts';
import { brokenInputs } from './broken-inputs.ts';

const base = worldTest(startAllServices);

interface Asking {
  readonly token?: string | undefined;
  readonly payload?: string;
  readonly domainId?: string;
}

/** Asks an operation with a valid input, or what the test has instead, and tells the code of the answer. */
type Ask = (contract: AnyRequest, asking: Asking) => Promise<string | null>;

const asking =
  (world: World, domain: string): Ask =>
  async (contract, { token, payload = JSON.stringify(sample(contract.input)), domainId = placeOf(contract, domain) }) => {
    const nats = (await world.busFor('gateway')).nats;
    return (await rawRequest(nats, contract, { domainId, token, payload })).code;
  };

const placeOf = ({ scope }: AnyRequest, domain: string): string => (scope === 'platform' ? PLATFORM : domain);

// Refusals change nothing, so one domain serves all of them.
const test = base.extend<{ home: string; stranger: string; ask: Ask }>({
  home: [async ({ world }, use) => use((await world.domain()).id), { scope: 'file' }],
  stranger: [async ({ world }, use) => use((await world.domain()).id), { scope: 'file' }],
  ask: async ({ world, home }, use) => use(asking(world, home)),
});

const named = (contracts: readonly AnyRequest[]) =>
  contracts.map((contract) => [`${contract.service}.${contract.operation}`, contract] as const);
const guarded = ALL_REQUESTS.filter(({ access }) => access.kind !== 'public');
const permitted = ALL_REQUESTS.filter(({ access }) => access.kind === 'domain' && access.permissions.length > 0);
const notForExecutions = ALL_REQUESTS.filter(({ access }) => access.kind === 'domain' && !access.executions);
const notForEdges = ALL_REQUESTS.filter(
  ({ access }) => access.kind === 'domain' || access.kind === 'admin' || (access.kind === 'internal' && access.callers === null),
);
const forSomeServices = ALL_REQUESTS.filter(({ access }) => access.kind === 'internal' && access.callers !== null);

test('there are contracts to ask', () => {
  for (const list of [guarded, permitted, notForExecutions, notForEdges, forSomeServices]) expect(list.length).toBeGreaterThan(0);
});

describe('an input that its contract does not take is refused', () => {
  test.for(named(ALL_REQUESTS))('by %s', async ([, contract], { world, home, ask }) => {
    const token = await world.tokens.rightFor(contract, placeOf(contract, home));

    for (const [fault, payload] of brokenInputs(contract)) expect(await ask(contract, { token, payload }), fault).toBe('INVALID_MESSAGE');
  });
});

describe('without a token nobody is answered', () => {
  test.for(named(guarded))('by %s', async ([, contract], { ask }) => {
    expect(await ask(contract, {})).toBe('UNAUTHENTICATED');
  });
});

describe('a token without the permission is denied', () => {
  test.for(named(permitted))('by %s', async ([, contract], { world, home, ask }) => {
    const needed: readonly string[] = contract.access.kind === 'domain' ? contract.access.permissions : [];

    for (const missing of needed) {
      const others = PERMISSIONS.filter((code) => code !== 'ROOT' && code !== missing);
      expect(await ask(contract, { token: await world.tokens.user(home, others) }), missing).toBe('PERMISSION_DENIED');
    }
    expect(await ask(contract, { token: await world.tokens.user(home, []) })).toBe('PERMISSION_DENIED');
  });
});

describe('a token is refused that is', () => {
  test.for(named(guarded))('of another domain, by %s', async ([, contract], { world, stranger, ask }) => {
    expect(await ask(contract, { token: await world.tokens.user(stranger) })).toBe('TOKEN_REFUSED');
    expect(await ask(contract, { token: await world.tokens.service('gateway', stranger) })).toBe('TOKEN_REFUSED');
  });

  test.for(named(guarded))('expired, by %s', async ([, contract], { world, home, ask }) => {
    expect(await ask(contract, { token: await world.tokens.expired(placeOf(contract, home)) })).toBe('TOKEN_REFUSED');
  });

  test.for(named(guarded))('forged, by %s', async ([, contract], { world, home, ask }) => {
    const domainId = placeOf(contract, home);
    const [header, , signature] = (await world.tokens.user(domainId)).split('.');
    const claims = {
      iss: 'tenancy',
      sub: 'me',
      aud: 'takaro-bus',
      dom: domainId,
      perms: ['ROOT'],
      exp: Math.floor(Date.now() / 1_000) + 60,
    };
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

    expect(await ask(contract, { token: await world.tokens.forged(domainId) }), 'by an unknown key').toBe('TOKEN_REFUSED');
    expect(await ask(contract, { token: `${header}.${encode(claims)}.${signature}` }), 'with other claims').toBe('TOKEN_REFUSED');
    expect(await ask(contract, { token: `${encode({ alg: 'none' })}.${encode(claims)}.` }), 'without a signature').toBe('TOKEN_REFUSED');
    expect(await ask(contract, { token: 'no token' }), 'no token at all').toBe('TOKEN_REFUSED');
  });

  test.for(named(guarded))('of the wrong kind, by %s', async ([, contract], { world, home, ask }) => {
    expect(await ask(contract, { token: await world.tokens.ofWrongKind(contract, placeOf(contract, home)) })).toBe('TOKEN_REFUSED');
  });

  test.for(named(forSomeServices))('of a service that may not ask this, by %s', async ([, contract], { world, home, ask }) => {
    const callers: readonly string[] = contract.access.kind === 'internal' ? (contract.access.callers ?? []) : [];
    const domainId = placeOf(contract, home);

    for (const service of SERVICE_NAMES.filter((name) => !callers.includes(name))) {
      expect(await ask(contract, { token: await world.tokens.service(service, domainId) }), service).toBe('TOKEN_REFUSED');
    }
    expect(await ask(contract, { token: await world.tokens.execution(domainId) }), 'an execution').toBe('TOKEN_REFUSED');
  });
});

describe('the token of an edge, which can sign one for any domain, is refused', () => {
  test.for(named(notForEdges))('by %s', async ([, contract], { world, home, ask }) => {
    for (const service of EDGE_SERVICES) {
      const token = await world.tokens.service(service, placeOf(contract, home));
      expect(await ask(contract, { token }), service).toBe('TOKEN_REFUSED');
    }
  });
});

describe('an execution is denied what functions may not do', () => {
  test.for(named(notForExecutions))('by %s', async ([, contract], { world, home, ask }) => {
    expect(await ask(contract, { token: await world.tokens.execution(home) })).toBe('PERMISSION_DENIED');
  });
});

describe('a domain that cannot be is unknown', () => {
  test.for(named(ALL_REQUESTS))('by %s', async ([, contract], { world, ask }) => {
    for (const domainId of contract.scope === 'platform' ? ['some-domain'] : [PLATFORM, 'UPPER', 'a"b']) {
      const token = await world.tokens.rightFor(contract, domainId);
      expect(await ask(contract, { token, domainId }), domainId).toBe('DOMAIN_UNKNOWN');
    }
  });
});
