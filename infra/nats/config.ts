import { LIMITS } from '@takaro/contracts/limits';

interface AccountClaims {
  readonly key: string;
  readonly jwt: string;
}

export interface ServerSettings {
  readonly name: string;
  /** How it finds the servers that keep the streams with it; null where it is alone. */
  readonly cluster: { readonly port: number; readonly routes: readonly string[] } | null;
  readonly host: string;
  readonly port: number;
  readonly storeFolder: string;
  readonly resolverFolder: string;
  readonly operator: string;
  readonly system: AccountClaims;
  readonly takaro: AccountClaims;
}

/** More than all streams together may hold: a stream that does not fit is refused when it is made, whatever the disk has free. */
const STORE_BYTES = { memory: 1_073_741_824, file: 32_212_254_720 };

/** A message of the bus is at most a part; larger ones travel in parts. */
const MESSAGE_BYTES = 2 * LIMITS.replyPartBytes;

/** The configuration of nats-server. JSON strings are valid in it, which quotes paths safely. */
export const serverConfig = (settings: ServerSettings): string => `# Written by prepareNats at each start; changes here are lost.
server_name: ${settings.name}
listen: ${JSON.stringify(`${settings.host}:${settings.port}`)}
max_payload: ${MESSAGE_BYTES}
max_control_line: 16384
jetstream {
  store_dir: ${JSON.stringify(settings.storeFolder)}
  max_memory_store: ${STORE_BYTES.memory}
  max_file_store: ${STORE_BYTES.file}
}
${settings.cluster ? clusterPart(settings.host, settings.cluster) : ''}operator: ${settings.operator}
system_account: ${settings.system.key}
resolver {
  type: full
  dir: ${JSON.stringify(settings.resolverFolder)}
  allow_delete: true
  interval: "2m"
}
resolver_preload: {
  ${settings.system.key}: ${settings.system.jwt}
  ${settings.takaro.key}: ${settings.takaro.jwt}
}
`;

const clusterPart = (host: string, { port, routes }: NonNullable<ServerSettings['cluster']>): string => `cluster {
  name: takaro
  listen: ${JSON.stringify(`${host}:${port}`)}
  routes: ${JSON.stringify(routes)}
}
`;
