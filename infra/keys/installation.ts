import { readIfThere } from '../local/files.ts';
import { readOptions } from '../local/options.ts';
import { placesIn } from '../local/prepare.ts';
import { Problem } from '../local/problem.ts';
import type { Installation } from './run.ts';

interface Given {
  readonly data: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly natsUrl: string | undefined;
}

/** The data folder by the options and variables of `npm start`, and what runs on it. @throws Problem */
export async function findInstallation({ data, databaseUrl, natsUrl }: Given): Promise<Installation> {
  const args = [
    ...(data === undefined ? [] : ['--data', data]),
    ...(databaseUrl === undefined ? [] : ['--database-url', databaseUrl]),
    ...(natsUrl === undefined ? [] : ['--nats-url', natsUrl]),
  ];
  const options = readOptions(args, process.env);
  if (!options) throw new Error('help was not asked for');
  const places = placesIn(options.data);
  if ((await readIfThere(places.secretsKey)) === undefined)
    throw new Problem(`${options.data} is no data folder of Takaro: give it with --data.`);
  const running = await readRunning(places.running);
  return {
    data: options.data,
    adminUrl: options.databaseUrl ?? running.adminUrl,
    natsUrl: options.natsUrl ?? running.natsUrl,
  };
}

async function readRunning(path: string): Promise<{ adminUrl?: string; natsUrl?: string }> {
  const text = await readIfThere(path);
  if (text === undefined) return {};
  const running: unknown = JSON.parse(text);
  if (typeof running !== 'object' || running === null) return {};
  return {
    ...('adminUrl' in running && typeof running.adminUrl === 'string' && { adminUrl: running.adminUrl }),
    ...('natsUrl' in running && typeof running.natsUrl === 'string' && { natsUrl: running.natsUrl }),
  };
}
