// What docker-compose runs before services: `configure` before nats-server starts, `prepare` once it and PostgreSQL run.
import { join } from 'node:path';
import { openDataFolder } from '../local/files.ts';
import { readOptions } from '../local/options.ts';
import { prepareBus, prepareFoundations } from '../local/prepare.ts';
import { Problem } from '../local/problem.ts';
import { writeDeployFolders, writeKeeperFolder } from './deploy-folders.ts';

const NATS_PORT = 4222;

const setUp = async (step: string | undefined): Promise<void> => {
  const options = readOptions([], process.env);
  if (options === undefined) return;
  const { data, host, port, connectorsPort, databaseUrl, natsUrl, adminSecret } = options;
  await openDataFolder(data);
  const nats = await prepareBus(data, NATS_PORT, { host: '0.0.0.0' });
  if (step === 'configure') return;
  if (step !== 'prepare' || databaseUrl === undefined || natsUrl === undefined) {
    throw new Problem('setup.ts configure | prepare; prepare needs TAKARO_DATABASE_URL and TAKARO_NATS_URL.');
  }
  const log = (line: string): void => console.log(line);
  const foundations = await prepareFoundations({ data, adminUrl: databaseUrl, natsUrl, nats, adminSecret, log });
  await writeDeployFolders(join(data, 'services'), { ...foundations, host, port, connectorsPort });
  await writeKeeperFolder(join(data, 'services', 'keeper'), nats.setupCredentials);
};

try {
  await setUp(process.argv[2]);
} catch (error) {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = 1;
}
