import { SERVICES, type ServiceName } from '@takaro/contracts/services';
import { authorityOf } from './authority.ts';

/** What every service process is configured with. The supervisor and docker-compose set the same. */
const EVERY_SERVICE = ['TAKARO_NATS_URL', 'TAKARO_NATS_CREDENTIALS', 'TAKARO_SIGNING_KEYS', 'TAKARO_TRUSTED_KEYS'] as const;

const OWN: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  tenancy: ['TAKARO_ADMIN_SECRET_FILE'],
  gameservers: ['TAKARO_SECRETS_KEY_FILE'],
  runner: ['TAKARO_PUBLIC_URL'],
  connectors: ['TAKARO_HOST', 'TAKARO_CONNECTORS_PORT'],
  gateway: ['TAKARO_HOST', 'TAKARO_PORT'],
};

/** May be set for any service and are handed on as they are. */
const HANDED_ON = /^TAKARO_(LIMIT_[A-Z_]+|LOG_LEVEL|CORS_ORIGINS|TRUSTED_PROXIES|PUBLIC_URL|RUNNER_[A-Z_]+)$/;

/** Whether a variable may be set for any service besides those that it does not start without. */
export const isHandedOn = (variable: string): boolean => HANDED_ON.test(variable);

/** The variables that a service does not start without. */
export const variablesOf = (service: ServiceName): readonly string[] => [
  ...EVERY_SERVICE,
  ...(SERVICES[service].tables ? ['TAKARO_DATABASE_URL', 'TAKARO_DATABASE_PASSWORD_FILE'] : []),
  ...(OWN[service] ?? []),
];

export interface ServiceSettings {
  readonly host: string;
  readonly port: number;
  readonly connectorsPort: number;
  readonly natsUrl: string;
  /** Paths of files. */
  readonly natsCredentials: Readonly<Record<ServiceName, string>>;
  readonly signingKeys: Readonly<Record<ServiceName, string>>;
  readonly trustedKeys: string;
  readonly adminSecretFile: string;
  readonly secretsKeyFile: string;
  readonly databaseUrls: Readonly<Partial<Record<ServiceName, string>>>;
  /** Paths of the files that hold the password of each URL: as it is now, also after it was changed. */
  readonly databasePasswords: Readonly<Partial<Record<ServiceName, string>>>;
}

const valuesFor = (service: ServiceName, settings: ServiceSettings): Readonly<Record<string, string | undefined>> => ({
  TAKARO_NATS_URL: settings.natsUrl,
  TAKARO_NATS_CREDENTIALS: settings.natsCredentials[service],
  TAKARO_SIGNING_KEYS: settings.signingKeys[service],
  TAKARO_TRUSTED_KEYS: settings.trustedKeys,
  TAKARO_DATABASE_URL: settings.databaseUrls[service],
  TAKARO_DATABASE_PASSWORD_FILE: settings.databasePasswords[service],
  TAKARO_ADMIN_SECRET_FILE: settings.adminSecretFile,
  TAKARO_SECRETS_KEY_FILE: settings.secretsKeyFile,
  TAKARO_HOST: settings.host,
  TAKARO_PORT: String(settings.port),
  TAKARO_CONNECTORS_PORT: String(settings.connectorsPort),
  TAKARO_PUBLIC_URL: `http://${authorityOf(settings.host, settings.port)}`,
});

/** The environment of one service: what it needs and no secret of another. Of the surrounding one, whatever is not Takaro's. */
export const environmentOf = (service: ServiceName, settings: ServiceSettings, outer: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const kept = Object.entries(outer).filter(([name]) => !name.startsWith('TAKARO_') || HANDED_ON.test(name));
  const values = valuesFor(service, settings);
  const own = variablesOf(service).map((name) => [name, (HANDED_ON.test(name) ? outer[name] : undefined) ?? values[name]]);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(own) };
};
