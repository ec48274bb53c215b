import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { AnyRequest } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import { createRole, getPermissions, searchRoles, updateRole } from '@takaro/contracts/tenancy/roles';
import { login } from '@takaro/contracts/tenancy/users';
import { type Community, openCommunity } from '@takaro/testing/community';
import { sample } from '@takaro/testing/sample';
import { startSystem, type System } from '@takaro/testing/system';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idInputs } from '../refusals/id-inputs.ts';
import { foreignInputs } from './foreign-inputs.ts';
import { everythingIn, furnish, type Ids, type Kind } from './furnished.ts';
import { askRest, type RestAnswer } from './raw-rest.ts';

const named = (contracts: readonly AnyRequest[]) => contracts.map((contract) => [contract.rest?.id ?? '', contract] as const);
const ofDomain = ALL_REQUESTS.filter(({ rest, access }) => rest !== undefined && access.kind === 'domain');
const ofPlatform = ALL_REQUESTS.filter(({ rest, access }) => rest !== undefined && access.kind === 'admin');

/** Writes with ids of the caller's own, leaves before what they hang on: the route, the place of one id, and what it names. */
const WRITES: readonly (readonly [id: string, place: string, kind: Kind])[] = [
  ['SettingsController_set', 'gameServerId', 'gameServer'],
  ['GameServerController_triggerJob', 'id', 'gameServer'],
  ['BanController_create', 'playerId', 'player'],
  ['HookController_create', 'versionId', 'version'],
  ['CommandController_create', 'versionId', 'version'],
  ['VariableController_create', 'moduleId', 'module'],
  ['VariableController_update', 'id', 'variable'],
  ['VariableController_delete', 'id', 'variable'],
  ['BanController_delete', 'id', 'ban'],
  ['HookController_remove', 'id', 'hook'],
  ['CommandController_remove', 'id', 'command'],
  ['CronJobController_remove', 'id', 'cronJob'],
  ['ModuleController_remove', 'id', 'module'],
];

let system: System;
let home: Community;
let other: Community;
let own: Ids;
let foreign: Ids;
let before: Record<string, unknown>;

beforeAll(async () => {
  system = await startSystem();
  home = await openCommunity(system, 'home', ['Alice']);
  other = await openCommunity(system, 'other', ['Alice']);
  [own, foreign] = await Promise.all([furnish(home), furnish(other)]);
  before = await everythingIn(other);
}, 240_000);

afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

const ask = (contract: AnyRequest, { apiToken }: Community, input: Readonly<Record<string, unknown>>): Promise<RestAnswer> =>
  askRest(system.apiUrl, contract, { input, headers: { 'x-takaro-token': apiToken } });

/** What an answer says apart from ids and times, which differ each time. */
const gist = ({ status, text }: RestAnswer): string =>
  `${status} ${text}`.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');

describe('with the token of one tenant, an id of the other is answered as one that nothing has', () => {
  const taking = named(ofDomain.filter((contract) => idInputs(contract).length > 0));

  test('there are such operations', () => {
    expect(taking.length).toBeGreaterThan(50);
  });

  test.for(taking)('by %s', { timeout: 60_000 }, async ([, contract]) => {
    for (const { place, kinds, of } of foreignInputs(contract, own)) {
      const unknown = gist(await ask(contract, home, of(newId())));
      expect(unknown, `${place} unknown`).not.toMatch(/^(5|429)/);
      const told = await Promise.all(kinds.map(async (kind) => ({ kind, told: gist(await ask(contract, home, of(foreign[kind]))) })));
      for (const { kind, told: one } of told) expect(one, `${place}: ${kind}`).toBe(unknown);
    }
  });

  test('and is answered differently to those whose it is', async () => {
    const reads = ofDomain.filter(({ rest }) => rest?.method === 'GET');
    const tellers = new Set<string>();
    for (const contract of reads) {
      for (const { kinds, of } of foreignInputs(contract, foreign)) {
        const unknown = gist(await ask(contract, other, of(newId())));
        const told = await Promise.all(kinds.map(async (kind) => gist(await ask(contract, other, of(foreign[kind])))));
        if (told.some((one) => one !== unknown && one.startsWith('200'))) tellers.add(contract.rest?.id ?? '');
      }
    }

    // Not by a text that is no id of a row, as jobs are.
    const byId = reads.filter((contract) => contract.rest?.path.endsWith('/:id') && idInputs(contract).length > 0);
    expect([...tellers]).toEqual(expect.arrayContaining(byId.map(({ rest }) => rest?.id)));
  }, 60_000);

  test('where it stands deep in a write: a permission of the other is given to no role', async () => {
    const [moderator] = (await home.root.call(searchRoles, { filters: { name: ['Moderator'] } })).rows;
    const permissionOf = async ({ root }: Community): Promise<string> => (await root.call(getPermissions, {}))[0]?.id ?? '';
    const [ours, theirs] = [await permissionOf(home), await permissionOf(other)];
    const writes: readonly [AnyRequest, object][] = [
      [createRole, { name: 'Borrower' }],
      [updateRole, { id: moderator?.id }],
    ];

    for (const [contract, role] of writes) {
      const given = async (permissionId: string) => gist(await ask(contract, home, { ...role, permissions: [{ permissionId }] }));
      const unknown = await given(newId());

      expect(unknown, contract.operation).toMatch(/^404/);
      expect(await given(theirs), contract.operation).toBe(unknown);
      expect(await given(ours), contract.operation).toMatch(/^200/);
    }
  });

  test.for(WRITES)('and is done to those whose it is by %s at %s', async ([id, place, kind]) => {
    const contract = ofDomain.find(({ rest }) => rest?.id === id) ?? expect.fail(id);
    const input = foreignInputs(contract, own).find((one) => one.place === place) ?? expect.fail(place);

    const theirs = await ask(contract, home, input.of(foreign[kind]));
    const ours = await ask(contract, home, input.of(own[kind]));

    expect(theirs.status, theirs.text).toBe(404);
    expect(ours.status, ours.text).toBe(200);
  });
});

test('nothing of the other tenant was changed by all that', async () => {
  expect(await everythingIn(other)).toEqual(before);
});

test.for(named(ofPlatform))('the token of a tenant does not open %s', async ([, contract]) => {
  const input: Record<string, unknown> = sample(contract.input);
  for (const domainId of [other.domainId, 'no-such-domain']) {
    const answer = await ask(contract, home, {
      ...input,
      ...('id' in input && { id: domainId }),
      ...('domainId' in input && { domainId }),
    });
    expect(answer.status, domainId).toBe(401);
  }
});

describe('the header X-Takaro-Domain', () => {
  const sessionOf = async ({ root, signIn }: Community): Promise<string> => (await root.call(login, signIn)).token;

  test.for(named(ofDomain))('refuses a session of one tenant at the other: %s', async ([, contract]) => {
    const headers = { authorization: `Bearer ${await session}`, 'x-takaro-domain': other.domainId };
    const { status } = await askRest(system.apiUrl, contract, { input: sample(contract.input), headers });

    expect(status).toBe(401);
  });

  test('lets it in at home, and is nothing beside a token of a domain', async () => {
    const me = ofDomain.find(({ rest }) => rest?.id === 'UserController_me');
    const asked = async (headers: Record<string, string>) => askRest(system.apiUrl, me!, { input: {}, headers });
    const atHome = await asked({ authorization: `Bearer ${await session}`, 'x-takaro-domain': home.domainId });
    const byToken = await asked({ 'x-takaro-token': home.apiToken, 'x-takaro-domain': other.domainId });

    expect(JSON.parse(atHome.text)).toMatchObject({ data: { domain: home.domainId } });
    expect(JSON.parse(byToken.text)).toMatchObject({ data: { domain: home.domainId } });
    expect(byToken.text).not.toContain(other.domainId);
  });

  let session: Promise<string>;
  beforeAll(() => {
    session = sessionOf(home);
  });
});
