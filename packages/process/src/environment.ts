import { readFileSync } from 'node:fs';
import { type PrivateSigningKey, type PublicSigningKey, readPrivateKeys, readPublicKeys } from '@takaro/bus';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every service process is configured with. */
export interface Configuration {
  readonly natsUrl: string;
  /** The text of the .creds file. */
  readonly natsCredentials: string;
  readonly signingKeys: readonly PrivateSigningKey[];
  readonly trustedKeys: readonly PublicSigningKey[];
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

export const readConfiguration = (env: Environment): Configuration => ({
  natsUrl: required(env, 'TAKARO_NATS_URL'),
  natsCredentials: fileFrom(env, 'TAKARO_NATS_CREDENTIALS'),
  signingKeys: readPrivateKeys(fileFrom(env, 'TAKARO_SIGNING_KEYS')),
  trustedKeys: readPublicKeys(fileFrom(env, 'TAKARO_TRUSTED_KEYS')),
  logLevel: env['TAKARO_LOG_LEVEL'] ?? 'info',
});
