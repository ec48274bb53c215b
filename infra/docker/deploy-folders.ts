import { chown, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@takaro/contracts/services';
import { environmentOf, type ServiceSettings } from '../local/environment.ts';
import { writeSecret } from '../local/files.ts';

/** Where a container finds its own folder, and nothing of another service. */
export const INSIDE = '/run/takaro';

/** The user that services run as in the image. */
const CONTAINER_USER = 1000;

const FILES = {
  TAKARO_NATS_CREDENTIALS: 'nats.creds',
  TAKARO_SIGNING_KEYS: 'signing-keys.json',
  TAKARO_TRUSTED_KEYS: 'trusted-keys.json',
  TAKARO_ADMIN_SECRET_FILE: 'admin-secret',
  TAKARO_SECRETS_KEY_FILE: 'secrets-key',
  TAKARO_DATABASE_PASSWORD_FILE: 'database-password',
} as const satisfies Readonly<Record<string, string>>;

const quote = (value: string): string => {
  if (value.includes("'") || value.includes('\n')) throw new Error('A value of the environment has a quote or a line break');
  return `'${value}'`;
};

const deploy = async (folder: string, service: ServiceName, settings: ServiceSettings): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const environment = environmentOf(service, settings, {});
  const lines: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) throw new Error(`${name} of ${service} has no value`);
    const file = new Map<string, string>(Object.entries(FILES)).get(name);
    if (file !== undefined) await copyFile(value, join(folder, file));
    lines.push(`${name}=${quote(file === undefined ? value : `${INSIDE}/${file}`)}`);
  }
  await writeSecret(join(folder, 'service.env'), `${lines.join('\n')}\n`);
  await handOver(folder, [...Object.values(FILES), 'service.env']);
};

const handOver = async (folder: string, files: readonly string[]): Promise<void> => {
  if (process.getuid?.() !== 0) return;
  for (const path of [folder, ...files.map((file) => join(folder, file))]) {
    await chown(path, CONTAINER_USER, CONTAINER_USER).catch(() => undefined);
  }
};

/** A folder for each service with its own secrets and its environment (`service.env`), to be mounted into its container alone. */
export const writeDeployFolders = async (folder: string, settings: ServiceSettings): Promise<void> => {
  for (const service of SERVICE_NAMES) await deploy(join(folder, service), service, settings);
};

/** The folder of the container that looks after the streams: the credentials that may make them. */
export const writeKeeperFolder = async (folder: string, setupCredentials: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await copyFile(setupCredentials, join(folder, FILES.TAKARO_NATS_CREDENTIALS));
  await handOver(folder, [FILES.TAKARO_NATS_CREDENTIALS]);
};
