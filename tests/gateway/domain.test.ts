import { jetstream } from '@nats-io/jetstream';
import { newId } from '@takaro/contracts/ids';
import { ingestSubject } from '@takaro/contracts/subjects';
import { expect } from 'vitest';
import { restTest } from './rest-world.ts';

const test = restTest();

const id = expect.any(String);
const columns = { id, createdAt: id, updatedAt: id };
const domainOf = (fields: object) => ({
  name: 'Otters',
  externalReference: null,
  state: 'ACTIVE',
  serverRegistrationToken: id,
  rateLimitPoints: 2_500,
  rateLimitDuration: 900_000,
  maxGameservers: 1,
  maxUsers: 1,
  eventRetentionDays: 7,
  maxVariables: 10_000,
  maxModules: 1_000,
  maxFunctionsInModule: 50,
  ...columns,
  ...fields,
});

test('a domain is made, read, found, changed and removed', async ({ rest }) => {
  const admin = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => rest.ask(method, path, { admin: true, body });

  const made = await admin('POST', '/domain', { name: 'Otters', id: 'ignored-by-all' });
  const { createdDomain } = made.body.data;
  const user = { id, createdAt: id, updatedAt: id, lastSeen: id, idpId: id };
  const root = { id, createdAt: id, updatedAt: id };
  expect(made).toMatchObject({ status: 200, body: { meta: {} } });
  expect(made.body.data).toEqual({
    createdDomain: domainOf({ id: expect.stringMatching(/^[a-z]+-[a-z]+-[a-z]+$/) }),
    rootUser: {
      ...user,
      name: 'root',
      email: `root@${createdDomain.id}.com`,
      discordId: null,
      playerId: null,
      isDashboardUser: false,
    },
    rootRole: {
      ...root,
      name: 'root',
      system: true,
      linkedDiscordRoleId: null,
      permissions: [expect.objectContaining({ count: 0, permission: expect.objectContaining({ permission: 'ROOT' }) })],
    },
    password: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  expect((await admin('GET', `/domain/${createdDomain.id}`)).body).toEqual({ meta: {}, data: createdDomain });

  const changes = {
    name: 'Beavers',
    externalReference: newId(),
    state: 'MAINTENANCE',
    maxGameservers: 2,
    maxUsers: 3,
    eventRetentionDays: 4,
    maxVariables: 5,
    maxModules: 6,
    maxFunctionsInModule: 7,
    rateLimitPoints: 8,
    rateLimitDuration: 9_000,
  };
  const changed = await admin('PUT', `/domain/${createdDomain.id}`, changes);
  expect(changed.body).toEqual({ meta: {}, data: { ...createdDomain, ...changes, updatedAt: id } });
  const search = { filters: { externalReference: [changes.externalReference], state: ['MAINTENANCE'] }, search: { name: ['beav'] } };
  expect((await admin('POST', '/domain/search', search)).body).toEqual({
    meta: { page: 0, limit: 100, total: 1 },
    data: [changed.body.data],
  });

  expect((await admin('DELETE', `/domain/${createdDomain.id}`)).body).toEqual({ meta: {}, data: {} });
  expect((await admin('GET', `/domain/${createdDomain.id}`)).body.data).toMatchObject({ state: 'DISABLED', name: 'Beavers' });
  expect((await admin('DELETE', `/domain/${createdDomain.id}?hardDelete=true`)).body).toEqual({ meta: {}, data: {} });
  expect((await admin('GET', `/domain/${createdDomain.id}`)).status).toBe(404);
});

test('tokens and registration tokens lead to their domain while it is there', async ({ rest }) => {
  const domain = await rest.openDomain();
  const admin = (path: string, body: unknown) => rest.ask('POST', path, { admin: true, body });

  const minted = await admin('/token', { domainId: domain.id });
  expect(minted.body).toEqual({ meta: {}, data: { token: id } });
  const me = await rest.ask('GET', '/me', { token: minted.body.data.token });
  expect(me.body.data).toMatchObject({ domain: domain.id, user: { id: domain.root.id } });
  const resolved = await admin('/resolve-registration-token', { registrationToken: domain.registrationToken });
  expect(resolved.body).toEqual({ meta: {}, data: (await rest.ask('GET', `/domain/${domain.id}`, { admin: true })).body.data });

  await rest.ask('PUT', `/domain/${domain.id}`, { admin: true, body: { state: 'DISABLED' } });
  const disabled = await admin('/resolve-registration-token', { registrationToken: domain.registrationToken });
  expect([disabled.status, disabled.body.meta.error?.code]).toEqual([404, 'NotFoundError']);
});

test('unknown domains are not found, and an external reference belongs to one', async ({ rest }) => {
  const externalReference = newId();
  await rest.openDomain({ externalReference });
  const taken = { name: 'Second', externalReference };

  for (const [method, path, body] of [
    ['GET', '/domain/no-such-domain', undefined],
    ['PUT', '/domain/no-such-domain', {}],
    ['DELETE', '/domain/no-such-domain', undefined],
    ['POST', '/token', { domainId: 'no-such-domain' }],
    ['POST', '/resolve-registration-token', { registrationToken: 'no such token' }],
  ] as const) {
    const { status, body: answer } = await rest.ask(method, path, { admin: true, body });
    expect([status, answer.meta.error?.code], path).toEqual([404, 'NotFoundError']);
  }
  for (const [method, path] of [
    ['POST', '/domain'],
    ['PUT', `/domain/${rest.id}`],
  ] as const) {
    const { status, body } = await rest.ask(method, path, { admin: true, body: taken });
    expect([status, body.meta.error], path).toEqual([409, { code: 'ConflictError', message: 'Unique constraint violation' }]);
  }
});

test('the secret of the installation opens these routes, and nothing else does', async ({ rest }) => {
  const refused = async (asking: object) => {
    const { status, body } = await rest.ask('POST', '/domain/search', { body: {}, ...asking });
    return [status, body.meta.error?.code];
  };

  expect(await refused({}), 'a root user').toEqual([401, 'UnauthorizedError']);
  expect(await refused({ admin: 'not the secret' })).toEqual([403, 'ForbiddenError']);
});

test('a domain in maintenance answers for its users alone', async ({ rest }) => {
  const domain = await rest.openDomain();
  await rest.ask('PUT', `/domain/${domain.id}`, { admin: true, body: { state: 'MAINTENANCE' } });

  // Sign-ins are remembered for a moment.
  await expect.poll(async () => (await domain.ask('POST', '/player/search', { body: {} })).status, { timeout: 20_000 }).toBe(400);
  const refused = await domain.ask('POST', '/player/search', { body: {} });

  expect(refused.body.meta.error?.code).toBe('BadRequestError');
  expect((await domain.ask('GET', '/me')).body.data).toMatchObject({ domain: domain.id, domains: [{ state: 'MAINTENANCE' }] });
  expect((await domain.ask('POST', '/user/search', { body: {} })).status).toBe(200);
});

test('a change of the state is told of every game server, another change is not', async ({ rest }) => {
  const domain = await rest.openDomain();
  const { data: server } = (await domain.ask('POST', '/gameserver', { body: { name: 'still', type: 'MOCK', connectionInfo: '{}' } })).body;
  for (const body of [{ state: 'MAINTENANCE' }, { state: 'MAINTENANCE', name: 'Resting' }, { state: 'ACTIVE' }])
    await rest.ask('PUT', `/domain/${domain.id}`, { admin: true, body });

  const told = async () =>
    (await domain.ask('POST', '/event/search', { body: { filters: { eventName: ['gameserver-updated'] } } })).body.data ?? [];
  await expect.poll(told, { timeout: 20_000 }).toHaveLength(2);
  expect(await told()).toMatchObject([{ gameserverId: server.id }, { gameserverId: server.id }]);
});

test('limits hold where they are', async ({ rest }) => {
  const domain = await rest.openDomain({
    maxGameservers: 1,
    maxUsers: 0,
    maxModules: 1,
    maxVariables: 1,
    maxFunctionsInModule: 1,
  });
  const refused = async (method: 'POST' | 'PUT', path: string, body: unknown) => {
    const answer = await domain.ask(method, path, { body });
    return [answer.status, answer.body.meta.error?.code];
  };
  const server = (name: string) => ({ name, type: 'MOCK', connectionInfo: '{}' });
  const variable = (key: string) => ({ key, value: 'a' });
  const { data: module } = (await domain.ask('POST', '/module', { body: { name: 'Only one' } })).body;
  const named = (name: string) => ({ name, versionId: module.latestVersion.id });
  for (const [path, body] of [
    ['/gameserver', server('first')],
    ['/variables', variable('first')],
    ['/function', named('first')],
  ] as const)
    expect((await domain.ask('POST', path, { body })).status, path).toBe(200);

  for (const [method, path, body] of [
    ['POST', '/gameserver', server('second')],
    ['PUT', `/user/${domain.root.id}`, { isDashboardUser: true }],
    ['POST', '/module', { name: 'One more' }],
    ['POST', '/variables', variable('second')],
    ['POST', '/function', named('second')],
  ] as const)
    expect(await refused(method, path, body), path).toEqual([400, 'BadRequestError']);
});

test('what a consumer gave up on is listed with its error, driven again and dropped', async ({ rest }) => {
  const admin = async (path: string, body: unknown) => (await rest.ask('POST', `/dead-message${path}`, { admin: true, body })).body.data;
  const list = () => admin('/search', { domainId: rest.id });
  const { nats } = await rest.world.busFor('connectors');
  const subject = ingestSubject(rest.id, newId(), 'chat-message');

  await jetstream(nats).publish(subject, '{"broken":', { msgID: newId() });
  await expect.poll(async () => (await list()).total, { timeout: 30_000 }).toBe(1);
  const { messages, next } = await list();
  const [{ sequence }] = messages;
  const redriven = await admin('/redrive', { sequences: [sequence, sequence + 1_000] });
  await expect.poll(async () => (await list()).messages[0]?.sequence, { timeout: 30_000 }).toBeGreaterThan(sequence);
  const again = (await list()).messages[0].sequence;

  const error = { code: 'INVALID_MESSAGE', cause: expect.any(String) };
  const shown = { domainId: rest.id, stream: 'INGEST', subject, consumer: id, deliveries: 1, error, parkedAt: id };
  expect({ messages, next }).toEqual({
    messages: [{ ...shown, sequence: expect.any(Number), payload: '{"broken":', payloadChars: 10, drivable: true }],
    next: null,
  });
  expect(redriven).toEqual({ redriven: [sequence], missing: [sequence + 1_000], refused: [] });
  expect(await admin('/drop', { sequences: [again] })).toEqual({ dropped: [again], missing: [] });
  expect(await list()).toEqual({ messages: [], total: 0, next: null });
});

test('what is done about domains and tokens can be searched, the newest first', async ({ rest }) => {
  const find = async (body: object) => (await rest.ask('POST', '/audit-entry/search', { admin: true, body })).body;

  await rest.ask('POST', '/token', { admin: true, body: { domainId: rest.id } });

  const [newest] = (await find({ action: 'api-token-created', domainId: rest.id, limit: 1 })).data.entries;
  expect(newest).toEqual({
    id,
    action: 'api-token-created',
    outcome: 'done',
    actorKind: 'admin',
    actorId: null,
    domainId: rest.id,
    subject: id,
    occurrences: 1,
    createdAt: id,
  });
  expect(await find({ domainId: 'nobody-knows-it' })).toEqual({ meta: {}, data: { entries: [] } });
});
