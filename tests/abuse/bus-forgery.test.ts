import { headers, type NatsConnection } from '@nats-io/transport-node';
import { answers, serve } from '@takaro/bus';
import { createVariable } from '@takaro/contracts/modules/variables';
import { PLATFORM, requestSubject } from '@takaro/contracts/subjects';
import type { UserName } from '@takaro/infra/nats/accounts';
import { sample } from '@takaro/testing/sample';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { type AttackVerdict, expectRefused } from './attack.ts';

/** The domains in which modules, played by the test, created a variable. */
let created: string[] = [];

const test = worldTest(async (world) => {
  const modules = await world.busFor('modules');
  const output = sample<never>(createVariable.output);
  await serve(modules, [
    answers(createVariable, async (_input, { domainId }) => {
      created.push(domainId);
      return output;
    }),
  ]);
});

const HOME = 'home-domain';
const VICTIM = 'victim-domain';

interface Message {
  readonly domainId: string;
  readonly token?: string;
  readonly deadline?: number;
}

/** Sends the request as it would be on the wire, whoever it is from, and tells whether it had its effect. */
async function send(nats: NatsConnection, { domainId, token, deadline }: Message): Promise<AttackVerdict> {
  created = [];
  const sent = headers();
  if (token !== undefined) sent.set('Takaro-Token', token);
  if (deadline !== undefined) sent.set('Takaro-Deadline', String(deadline));
  const subject = requestSubject(createVariable, domainId);
  const reply = await nats.request(subject, JSON.stringify(sample(createVariable.input)), { headers: sent, timeout: 5_000 });
  const code = reply.headers?.get('Takaro-Error') ?? '';
  return { harmed: created.length > 0, seen: code || `${created.length} in ${created[0]}` };
}

/** Publishes as a user of the bus; harmed when somebody who may hear everything heard it. */
async function publishAs(world: World, user: UserName, subject: string): Promise<AttackVerdict> {
  const everything = await world.natsFor('setup');
  let heard = 0;
  const subscription = everything.subscribe(subject, {
    callback: () => {
      heard += 1;
    },
  });
  await everything.flush();
  const nats = await world.natsFor(user);
  nats.publish(subject, '{}');
  await nats.flush();
  await everything.flush();
  subscription.unsubscribe();
  return { harmed: heard > 0, seen: heard > 0 ? 'delivered' : 'refused by nats-server' };
}

/** Subscribes as a user of the bus to what is asked of modules; harmed when a request came. */
async function stealAs(world: World, user: UserName, subject: string): Promise<AttackVerdict> {
  let stolen = 0;
  const nats = await world.natsFor(user);
  nats.subscribe(subject, {
    callback: (error) => {
      stolen += error ? 0 : 1;
    },
  });
  await nats.flush();
  await send((await world.busFor('gateway')).nats, { domainId: HOME, token: await world.tokens.user(HOME) });
  await nats.flush();
  await nats.close();
  return { harmed: stolen > 0, seen: stolen > 0 ? 'heard a request with its token' : 'refused by nats-server' };
}

test("32: a token is used on another tenant's subject", async ({ world, task }) => {
  const { nats } = await world.busFor('gateway');
  await expectRefused(task, {
    row: 32,
    attack: "a token is used on another tenant's subject",
    tried: 'ROOT of one, asked of the other',
    refusedBy: 'the domain in the token',
    guarded: async () => send(nats, { domainId: VICTIM, token: await world.tokens.user(HOME) }),
    control: { without: 'the difference', attempt: async () => send(nats, { domainId: VICTIM, token: await world.tokens.user(VICTIM) }) },
  });
});

test('32: a request comes past the gateway', async ({ world, task }) => {
  const { nats } = await world.busFor('runner');
  await expectRefused(task, {
    row: 32,
    attack: 'a request comes past the gateway',
    tried: 'no token, straight to the service',
    refusedBy: 'the service that answers',
    guarded: () => send(nats, { domainId: VICTIM }),
    control: {
      without: 'the token missing',
      attempt: async () => send(nats, { domainId: VICTIM, token: await world.tokens.user(VICTIM) }),
    },
  });
});

test('32: an edge signs itself a token of a tenant', async ({ world, task }) => {
  const { nats } = await world.busFor('runner');
  await expectRefused(task, {
    row: 32,
    attack: 'an edge signs itself a token of a tenant',
    tried: 'service token of runner',
    refusedBy: 'operations that name the edge',
    guarded: async () => send(nats, { domainId: VICTIM, token: await world.tokens.service('runner', VICTIM) }),
    control: {
      without: 'it being an edge',
      attempt: async () => send(nats, { domainId: VICTIM, token: await world.tokens.service('players', VICTIM) }),
    },
  });
});

test('32: a request comes late', async ({ world, task }) => {
  const { nats } = await world.busFor('gateway');
  const token = await world.tokens.user(VICTIM);
  await expectRefused(task, {
    row: 32,
    attack: 'a request comes late',
    tried: 'held up past the deadline that it says itself',
    refusedBy: 'Takaro-Deadline, against delay and not against forgers: nobody signs it',
    guarded: () => send(nats, { domainId: VICTIM, token, deadline: Date.now() - 1 }),
    control: { without: 'the deadline', attempt: () => send(nats, { domainId: VICTIM, token }) },
  });
});

const PUBLISHED = [
  ['events', `ingest.${VICTIM}.3.g.chat-message`, "a service makes up another tenant's game events"],
  ['connectors', `event.${VICTIM}.3._.role-assigned`, 'the edge to games makes up an event'],
  ['runner', `execution.${VICTIM}.3.hook`, 'the runner orders an execution'],
  ['gateway', `action.${VICTIM}.g.executeConsoleCommand`, 'the gateway commands a game server'],
  ['players', `_INBOX.gateway.abc.1`, 'an answer is forged'],
  ['events', `ended.${VICTIM}`, 'a service ends runs of others'],
  ['players', `request.${VICTIM}.modules.claim-execution`, 'a service asks where it has no business'],
] as const;

for (const [user, subject, attack] of PUBLISHED) {
  test(`32: ${attack}`, ({ world, task }) =>
    expectRefused(task, {
      row: 32,
      attack,
      tried: `${user} publishes ${subject.replace(VICTIM, '<domain>')}`,
      refusedBy: 'the permissions of its credentials',
      guarded: () => publishAs(world, user, subject),
      control: { without: 'them: as setup', attempt: () => publishAs(world, 'setup', subject) },
    }));
}

const HEARD = [
  ['events', 'request.*.modules.*', 'a service takes the requests of another'],
  ['players', '_INBOX.gateway.>', 'a service reads the answers to another'],
  ['gateway', 'request.>', 'the gateway listens to everything'],
] as const;

for (const [user, subject, attack] of HEARD) {
  test(`32: ${attack}`, ({ world, task }) =>
    expectRefused(task, {
      row: 32,
      attack,
      tried: `${user} subscribes ${subject}`,
      refusedBy: 'the permissions of its credentials',
      guarded: () => stealAs(world, user, subject),
      control: { without: 'them: as setup', attempt: () => stealAs(world, 'setup', subject) },
    }));
}

test('32: a token of a tenant is used for the platform', async ({ world, task }) => {
  const { nats } = await world.busFor('gateway');
  await expectRefused(task, {
    row: 32,
    attack: 'a subject that names no tenant',
    tried: `${PLATFORM} in place of the domain`,
    refusedBy: 'the form of a domain',
    guarded: async () => send(nats, { domainId: PLATFORM, token: await world.tokens.user(PLATFORM) }),
    control: { without: 'it', attempt: async () => send(nats, { domainId: VICTIM, token: await world.tokens.user(VICTIM) }) },
  });
});
