import type { Contender } from '../contender.ts';
import type { System } from '../takaro/system.ts';
import { bare } from './bare.ts';

/** The bare hops on the system's own NATS and PostgreSQL: the same disk, the same durability. */
export const bareOf = async ({ servers, setupCredentials, natsPid, databasePid }: System): Promise<Contender> =>
  bare({
    natsUrl: servers.natsUrl,
    credentials: setupCredentials,
    credentialsFile: servers.nats.setupCredentials,
    natsPid,
    databaseUrl: servers.adminUrl,
    databasePid,
  });
