import { readFile, stat, writeFile } from 'node:fs/promises';
import { createSigner, createVerifier, readPrivateKeys, readPublicKeys } from '@takaro/bus';
import { SERVICE_NAMES } from '@takaro/contracts/services';
import { expect, test } from 'vitest';
import { environmentOf, variablesOf } from './environment.ts';
import { prepareKeys } from './keys.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('each service has keys of its own, made once, readable by their owner only, and no private half is among the trusted ones', async () => {
  await using folder = await temporaryFolder();

  const keys = await prepareKeys(folder.path);
  const again = await prepareKeys(folder.path);

  expect(again).toEqual(keys);
  const trusted = await readFile(keys.trusted, 'utf8');
  expect(trusted).not.toContain('"d"');
  const kinds = readPublicKeys(trusted).map(({ issuer, kind }) => `${issuer} ${kind}`);
  const special = ['tenancy user', 'tenancy admin', 'modules execution'];
  expect(kinds.toSorted()).toEqual([...SERVICE_NAMES.map((name) => `${name} service`), ...special].toSorted());
  for (const name of SERVICE_NAMES) expect((await stat(keys.signing[name])).mode & 0o077).toBe(0);
});

test('what a service signs, every other can verify', async () => {
  await using folder = await temporaryFolder();
  const { signing, trusted } = await prepareKeys(folder.path);
  const key = readPrivateKeys(await readFile(signing.modules, 'utf8')).find(({ kind }) => kind === 'execution');
  if (key === undefined) throw new Error('no key');

  const token = await createSigner(key).sign({ subject: 'x', domainId: 'heavy-otters-joke', permissions: ['ROOT'] });

  const verifier = createVerifier(readPublicKeys(await readFile(trusted, 'utf8')));
  await expect(verifier.verify(token)).resolves.toMatchObject({ kind: 'execution', issuer: 'modules' });
});

test('a file of keys that holds something else is told and not written over', async () => {
  await using folder = await temporaryFolder();
  const { signing } = await prepareKeys(folder.path);
  await writeFile(signing.players, 'scribble');

  await expect(prepareKeys(folder.path)).rejects.toThrow(/holds no signing keys: put its backup back, or delete it/);
  expect(await readFile(signing.players, 'utf8')).toBe('scribble');
});

test('a service is given no secret of another, whatever stands around', () => {
  const paths = Object.fromEntries(SERVICE_NAMES.map((name) => [name, `/${name}`])) as Record<(typeof SERVICE_NAMES)[number], string>;
  const settings = {
    host: '127.0.0.1',
    port: 1,
    connectorsPort: 2,
    natsUrl: 'nats://x',
    trustedKeys: '/trusted',
    natsCredentials: paths,
    signingKeys: paths,
    databaseUrls: paths,
    databasePasswords: paths,
    adminSecretFile: '/admin',
    secretsKeyFile: '/sealing',
  };
  const outer = {
    PATH: '/bin',
    TAKARO_ADMIN_SECRET: 'x',
    TAKARO_DATABASE_URL: 'admin',
    TAKARO_LIMIT_HOST_CALLS: '9',
    TAKARO_LOG_LEVEL: 'warn',
    TAKARO_TRUSTED_PROXIES: '10.0.0.0/8',
  };

  const environment = environmentOf('runner', settings, outer);

  expect(Object.keys(environment).toSorted()).toEqual(
    ['PATH', 'TAKARO_LIMIT_HOST_CALLS', 'TAKARO_LOG_LEVEL', 'TAKARO_TRUSTED_PROXIES', ...variablesOf('runner')].toSorted(),
  );
  expect(environmentOf('players', settings, outer)).toMatchObject({ TAKARO_DATABASE_URL: '/players', TAKARO_SIGNING_KEYS: '/players' });
  expect(environmentOf('runner', { ...settings, host: '::1' }, {})).toMatchObject({ TAKARO_PUBLIC_URL: 'http://[::1]:1' });
});
