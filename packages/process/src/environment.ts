import { readFileSync } from 'node:fs';
import { type KeyRing, type PrivateSigningKey, type PublicSigningKey, readPrivateKeys, readPublicKeys, ringInFile } from '@takaro/bus';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every service process is configured with. */
export interface Configuration {
  readonly natsUrl: string;
  /** The text of the .creds file as it is now. */
  readonly natsCredentials: () => string;
  readonly signingKeys: KeyRing<PrivateSigningKey>;
  readonly trustedKeys: KeyRing<PublicSigningKey>;
  readonly logLevel: string;
}

/** A variable that must be there. @throws Error that names it */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** A whole number between bounds. @throws Error that names the variable */
export function numberFrom(env: Environment, name: string, { fallback, min, max }: { fallback: number; min: number; max: number }): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) throw new Error(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}

/** The text of the file that a variable names. @throws Error that names the variable, not the path's content */
export function fileFrom(env: Environment, name: string): string {
  const path = required(env, name);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${name} names a file that cannot be read: ${path}`, { cause: error });
  }
}

/** Where the tables are: `openTenantDb` takes it. A password in a file of its own may change while the process runs. */
export const databaseFrom = (env: Environment): { readonly databaseUrl: string; readonly databasePassword?: () => string } => ({
  databaseUrl: required(env, 'TAKARO_DATABASE_URL'),
  ...(env['TAKARO_DATABASE_PASSWORD_FILE'] && { databasePassword: () => fileFrom(env, 'TAKARO_DATABASE_PASSWORD_FILE').trim() }),
});

/** The private keys of this process, taken up anew when their file changes. @throws Error that names the variable */
export const signingKeysFrom = (env: Environment, onProblem?: (error: unknown) => void): KeyRing<PrivateSigningKey> =>
  ringFrom(env, 'TAKARO_SIGNING_KEYS', readPrivateKeys, onProblem);

function ringFrom<Key>(env: Environment, name: string, read: (text: string) => Key[], onProblem?: (error: unknown) => void): KeyRing<Key> {
  fileFrom(env, name);
  return ringInFile({ path: required(env, name), read, ...(onProblem && { onProblem }) });
}

/** @param onProblem told of keys that were changed to something that cannot be read */
export const readConfiguration = (env: Environment, onProblem?: (error: unknown) => void): Configuration => {
  fileFrom(env, 'TAKARO_NATS_CREDENTIALS');
  return {
    natsUrl: required(env, 'TAKARO_NATS_URL'),
    natsCredentials: () => fileFrom(env, 'TAKARO_NATS_CREDENTIALS'),
    signingKeys: signingKeysFrom(env, onProblem),
    trustedKeys: ringFrom(env, 'TAKARO_TRUSTED_KEYS', readPublicKeys, onProblem),
    logLevel: env['TAKARO_LOG_LEVEL'] ?? 'info',
  };
};
