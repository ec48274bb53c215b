import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isHandedOn, type ServiceSettings, variablesOf } from '../local/environment.ts';
import { START_OPTIONS } from '../local/options.ts';
import { ROOT } from '../local/run-tool.ts';
import { writeDeployFolders } from './deploy-folders.ts';

interface ComposeService {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly { readonly path: string; readonly required: boolean }[];
  readonly volumes: readonly { readonly target: string; readonly volume: { readonly subpath: string } }[];
}

const compose = parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};

test.each(SERVICE_NAMES)('docker-compose starts %s by the entry point of npm start, with its own secrets and no other', (name) => {
  const service = compose.services[name];

  const entryPoint = `services/${name}/src/main.ts`;
  expect(existsSync(join(ROOT, entryPoint)), entryPoint).toBe(true);
  expect(service?.image).toBe('takaro');
  expect(service?.command).toEqual(['node', '--env-file=/run/takaro/service.env', entryPoint]);
  expect(service?.volumes.map(({ target, volume }) => [target, volume.subpath])).toEqual([['/run/takaro', `services/${name}`]]);
});

test('every folder of services has its place in docker-compose', async () => {
  const folders = await readdir(join(ROOT, 'services'));

  expect(folders.toSorted()).toEqual(SERVICE_NAMES.toSorted());
});

test('the keeper of the streams is a container of its own, with the credentials that no service has', () => {
  const { keeper } = compose.services;

  expect(keeper?.command).toEqual(['node', 'infra/docker/keep.ts']);
  expect(keeper?.volumes.map(({ target, volume }) => [target, volume.subpath])).toEqual([['/run/takaro', 'services/keeper']]);
});

test('all containers of the image are told the same settings, where somebody wrote some', () => {
  const ours = Object.entries(compose.services).filter(([, { image }]) => image === 'takaro');

  expect(ours.map(([name]) => name).toSorted()).toEqual(['configure', 'keeper', 'prepare', ...SERVICE_NAMES].toSorted());
  for (const [name, service] of ours) expect(service.env_file, name).toEqual([{ path: 'settings.env', required: false }]);
});

test('docker-compose sets no variable that Takaro does not know, and its commands exist', () => {
  const known = new Set<string>([...SERVICE_NAMES.flatMap(variablesOf), ...START_OPTIONS.map(({ variable }) => variable)]);

  for (const { environment = {}, command = [], image } of Object.values(compose.services)) {
    for (const name of Object.keys(environment))
      if (name.startsWith('TAKARO_')) expect(known.has(name) || isHandedOn(name), name).toBe(true);
    const file = command.find((part) => part.endsWith('.ts'));
    if (image === 'takaro') expect(existsSync(join(ROOT, file ?? 'none'))).toBe(true);
  }
});

test('each service is given the variables that it needs, and files of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-deploy-'));
  try {
    const pathOf = async (name: string): Promise<string> => {
      await writeFile(join(folder, name), name);
      return join(folder, name);
    };
    const perService = async (suffix: string) =>
      Object.fromEntries(await Promise.all(SERVICE_NAMES.map(async (name) => [name, await pathOf(`${name}${suffix}`)])));
    const settings: ServiceSettings = {
      host: '0.0.0.0',
      port: 3000,
      connectorsPort: 3004,
      natsUrl: 'nats://nats:4222',
      natsCredentials: (await perService('.creds')) as Record<ServiceName, string>,
      signingKeys: (await perService('.keys')) as Record<ServiceName, string>,
      trustedKeys: await pathOf('trusted'),
      adminSecretFile: await pathOf('admin'),
      secretsKeyFile: await pathOf('sealing'),
      databaseUrls: Object.fromEntries(SERVICE_NAMES.map((name) => [name, `postgres://${name}`])),
      databasePasswords: await perService('.password'),
    };

    await writeDeployFolders(join(folder, 'services'), settings);

    for (const name of SERVICE_NAMES) {
      const own = join(folder, 'services', name);
      const environment = parseEnv(await readFile(join(own, 'service.env'), 'utf8'));
      expect(Object.keys(environment).toSorted(), name).toEqual(variablesOf(name).toSorted());
      for (const path of Object.values(environment).filter((value) => value?.startsWith('/run/takaro/'))) {
        expect(existsSync(join(own, path?.replace('/run/takaro/', '') ?? '')), path).toBe(true);
      }
      expect(await readFile(join(own, 'nats.creds'), 'utf8')).toBe(`${name}.creds`);
      expect(existsSync(join(own, 'admin-secret'))).toBe(name === 'tenancy');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
