import { ServiceError } from '@takaro/contracts/errors';
import { type Finding, textsOf } from '@takaro/contracts/findings';
import type { GameServerType } from '@takaro/contracts/gameservers/shapes';
import { matches, validate } from '@takaro/contracts/validate';
import { type TSchema, Type } from 'typebox';
import { isSealed, isSealedBy, type Vault } from './vault.ts';

export type ConnectionInfo = Record<string, unknown>;

const text = Type.String({ minLength: 1, maxLength: 1_000 });
const flag = Type.Optional(Type.Boolean());

/** What each type needs to be reached. GENERIC servers connect to us, so what they keep here is their own business. */
export const CONNECTION_INFO = {
  SEVENDAYSTODIE: Type.Object({ host: text, adminUser: text, adminToken: text, useTls: flag }),
  RUST: Type.Object({ host: text, rconPort: Type.Union([text, Type.Integer()]), rconPassword: text, useTls: flag }),
  GENERIC: Type.Object({}),
  MOCK: Type.Object({}),
} as const satisfies Record<GameServerType, TSchema>;

/** Fields that nobody reads in the database. */
const SECRET = /token|password|secret|key$/i;

/** @throws ServiceError CONNECTION_INFO_INVALID when it is no JSON object, or not what the type needs */
export function readConnectionInfo(type: GameServerType, json: string): ConnectionInfo {
  try {
    return validate<ConnectionInfo>(CONNECTION_INFO[type], JSON.parse(json));
  } catch (error) {
    throw new ServiceError('CONNECTION_INFO_INVALID', { params: { reason: reasonOf(error) }, cause: error });
  }
}

const Findings = Type.Array(Type.Object({ property: Type.String() }));

function reasonOf(error: unknown): string {
  const details: unknown = error instanceof ServiceError ? error.details : undefined;
  return matches<Finding[]>(Findings, details) ? textsOf(details).join(', ') : 'it is not JSON';
}

/** `place` is the row; a secret that is moved to another row does not open there. */
export const sealConnectionInfo = (vault: Vault, connectionInfo: ConnectionInfo, place: string): ConnectionInfo =>
  mapFields(connectionInfo, (name, value) => {
    const isSecret = SECRET.test(name) && value !== null && value !== undefined;
    return isSecret ? vault.seal(JSON.stringify(value), `${place}/${name}`) : value;
  });

export const openConnectionInfo = (vault: Vault, connectionInfo: ConnectionInfo, place: string): ConnectionInfo =>
  mapFields(connectionInfo, (name, value) => {
    const opened: unknown = SECRET.test(name) && isSealed(value) ? JSON.parse(vault.open(value, `${place}/${name}`)) : value;
    return opened;
  });

/** Whether all of it is sealed by the key that seals now. */
export const isSealedNow = (vault: Vault, connectionInfo: ConnectionInfo): boolean =>
  Object.entries(connectionInfo).every(([name, value]) => !SECRET.test(name) || !isSealed(value) || isSealedBy(value, vault.currentKey()));

const mapFields = (connectionInfo: ConnectionInfo, change: (name: string, value: unknown) => unknown): ConnectionInfo =>
  Object.fromEntries(Object.entries(connectionInfo).map(([name, value]) => [name, change(name, value)]));
