import { setTimeout as delay } from 'node:timers/promises';
import type { Msg } from '@nats-io/transport-node';
import { answers, createSigner, serve } from '@takaro/bus';
import type { AnyRequest } from '@takaro/contracts/contract';
import { searchEvents } from '@takaro/contracts/events/rest';
import { createVariable } from '@takaro/contracts/modules/variables';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { requestSubject } from '@takaro/contracts/subjects';
import { setSetting } from '@takaro/contracts/tenancy/settings';
import type { UserName } from '@takaro/infra/nats/accounts';
import { rawRequest } from '@takaro/testing/raw-request';
import { sample } from '@takaro/testing/sample';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect, inject } from 'vitest';
import { type AttackVerdict, expectRefused } from './attack.ts';

const HOME = 'home-domain';
const VICTIM = 'victim-domain';
const CREATE = requestSubject(createVariable, HOME);

/** What the services, played by the test, did: the operation and the domain. */
const done: string[] = [];
/** What modules was asked with last. */
let received = '';

const test = worldTest(async (world) => {
  for (const contract of [createVariable, setSetting, searchEvents]) {
    const output = sample<never>(contract.output);
    const answer = answers<never, never>(contract as never, async (_input, { domainId, token }) => {
      done.push(`${contract.operation} ${domainId}`);
      received = token ?? '';
      return output;
    });
    await serve(await world.busFor(contract.service), [answer]);
  }
});

/** Somebody makes a variable over the gateway. Where a thief is in the group of who answers, no answer may come. */
async function create(world: World, permissions: readonly string[] = ['ROOT']): Promise<void> {
  const token = await world.tokens.user(HOME, permissions);
  const { nats } = await world.busFor('gateway');
  const payload = JSON.stringify(sample(createVariable.input));
  await rawRequest(nats, createVariable, { domainId: HOME, token, payload, timeoutMs: 2_000 }).catch(() => undefined);
}

/** Those that neither answer the operation nor may ask it. */
const THIRD: readonly ServiceName[] = ['tenancy', 'gameservers', 'players', 'events', 'connectors'];
const PLACES = ['request.*.modules.*', CREATE, 'request.>', '_INBOX.gateway.>', '_INBOX.>', '>'];

/** Listens in every place where a request or its answer passes, alone and in the group of who answers, while one is made. */
async function capture(world: World, users: readonly UserName[]): Promise<Msg[]> {
  const heard: Msg[] = [];
  const connections = await Promise.all(users.map((user) => world.natsFor(user)));
  for (const nats of connections) {
    for (const queue of [undefined, 'modules']) {
      const options = { ...(queue && { queue }), callback: (error: Error | null, message: Msg) => void (error ?? heard.push(message)) };
      for (const place of PLACES) nats.subscribe(place, options);
    }
    await nats.flush();
  }
  await create(world);
  for (const nats of connections) await nats.flush();
  await Promise.all(connections.map((nats) => nats.close()));
  return heard.filter(({ subject }) => subject === CREATE || subject.startsWith('_INBOX.gateway.'));
}

const captured = async (world: World): Promise<Msg> =>
  (await capture(world, ['setup'])).find(({ subject }) => subject === CREATE) ?? expect.fail('setup hears everything');

/** By then what was let through has been handled. */
const HANDLED_MS = 500;

/** Sends a request again as it was, to the letter, in the name of each of them; harmed when it was done once more. */
async function replay(world: World, users: readonly UserName[], { subject, data, headers, reply }: Msg): Promise<AttackVerdict> {
  done.length = 0;
  for (const user of users) {
    const nats = await world.natsFor(user);
    nats.publish(subject, data, { ...(headers && { headers }), ...(reply && { reply }) });
    await nats.flush();
  }
  await delay(HANDLED_MS);
  return { harmed: done.length > 0, seen: `done ${done.length} more times` };
}

test('32: a third service captures a request, or its answer', async ({ world, task }) => {
  const verdict = (heard: readonly Msg[]): AttackVerdict => ({ harmed: heard.length > 0, seen: `heard ${heard.length} messages` });
  await expectRefused(task, {
    row: 32,
    attack: 'a third service captures a request, or its answer',
    tried: `${THIRD.length} services in ${PLACES.length} places, alone and in the group of who answers`,
    refusedBy: 'the permissions of their credentials',
    guarded: async () => verdict(await capture(world, THIRD)),
    control: { without: 'them: as setup', attempt: async () => verdict(await capture(world, ['setup'])) },
  });
});

test('32: a request is replayed to the letter by who may not ask it', async ({ world, task }) => {
  const request = await captured(world);
  await expectRefused(task, {
    row: 32,
    attack: 'a request is replayed to the letter by who may not ask it',
    tried: 'within the life of its token',
    refusedBy: 'the permissions of their credentials',
    guarded: () => replay(world, [...THIRD, 'modules'], request),
    control: { without: 'them: by gateway, which may ask it', attempt: () => replay(world, ['gateway'], request) },
  });
  expect(
    SERVICE_NAMES.filter((name) => !THIRD.includes(name)),
    'who else is there',
  ).toEqual(['modules', 'runner', 'gateway']);
});

interface Asked {
  readonly as: UserName;
  readonly contract: AnyRequest;
  readonly domainId: string;
  readonly permissions: readonly string[];
}

/** Modules got a request of a user with these permissions, and asks something else with the token in it. */
async function useReceived(world: World, { as, contract, domainId, permissions }: Asked): Promise<AttackVerdict> {
  await create(world, permissions);
  done.length = 0;
  const token = received;
  const nats = await world.natsFor(as);
  const payload = JSON.stringify(sample(contract.input));
  const { code } = await rawRequest(nats, contract, { domainId, token, payload, timeoutMs: 2_000 }).catch(() => ({
    code: 'not let through',
  }));
  return { harmed: done.includes(`${contract.operation} ${domainId}`), seen: code ?? 'done' };
}

const SMALL = ['MANAGE_VARIABLES'];
const ROOT = ['ROOT'];
const MISUSES = [
  {
    attack: 'what came with a request is used for what its user may not do',
    tried: 'modules sets a setting with the token of a user who may manage variables',
    refusedBy: 'the permissions in the token',
    guarded: { as: 'modules', contract: setSetting, domainId: HOME, permissions: SMALL },
    control: { without: 'them: of ROOT, who may', as: 'modules', contract: setSetting, domainId: HOME, permissions: ROOT },
  },
  {
    attack: 'what came with a request is used in another domain',
    tried: "modules sets another domain's setting with the token of ROOT",
    refusedBy: 'the domain in the token',
    guarded: { as: 'modules', contract: setSetting, domainId: VICTIM, permissions: ROOT },
    control: { without: 'the difference', as: 'modules', contract: setSetting, domainId: HOME, permissions: ROOT },
  },
  {
    attack: 'what came with a request is used where who got it has no business',
    tried: 'modules searches events with the token of ROOT',
    refusedBy: 'the permissions of its credentials',
    guarded: { as: 'modules', contract: searchEvents, domainId: HOME, permissions: ROOT },
    control: { without: 'them: as gateway', as: 'gateway', contract: searchEvents, domainId: HOME, permissions: ROOT },
  },
] as const;

for (const { guarded, control, ...told } of MISUSES)
  test(`32: ${told.attack}`, ({ world, task }) =>
    expectRefused(task, {
      row: 32,
      ...told,
      guarded: () => useReceived(world, guarded),
      control: { without: control.without, attempt: () => useReceived(world, control) },
    }));

test('32: a request is replayed to the letter when its token is over', async ({ world, task }) => {
  const { nats } = await world.busFor('gateway');
  const key = inject('servers').keys.private.find(({ kind }) => kind === 'user')!;
  const lifetimeS = 2;
  const token = await createSigner(key).sign({ subject: 'me', domainId: HOME, permissions: ['ROOT'], lifetimeS });
  const payload = JSON.stringify(sample(createVariable.input));
  const send = async (): Promise<AttackVerdict> => {
    done.length = 0;
    const { code } = await rawRequest(nats, createVariable, { domainId: HOME, token, payload });
    return { harmed: done.length > 0, seen: code ?? 'done' };
  };
  const before = await send();
  await delay(lifetimeS * 1_000 + 500);
  await expectRefused(task, {
    row: 32,
    attack: 'a request is replayed to the letter when its token is over',
    tried: 'by who may ask it, after it was taken once',
    refusedBy: 'the end of the token, also where it is cached',
    guarded: send,
    control: { without: 'waiting', attempt: async () => before },
  });
});
