import { type ErrorCode, ServiceError } from '@takaro/contracts/errors';

const UNIQUE_VIOLATION = '23505';
const QUERY_CANCELED = '57014';

/**
 * Values that PostgreSQL cannot keep although a contract let them pass: it stays so however often it is tried. The character NUL in a
 * text, a time before the year 1, a number beyond its column.
 */
const UNSTORABLE = new Set(['22021', '22P05', '22007', '22008', '22009', '22003', '22P02']);

/**
 * Serialization failure, deadlock, shutdown, cannot connect now, a password that is just being changed: the same statement may succeed
 * later. So it may where a connection failed (class 08) or there was no room left (class 53): on the disk, in memory, for a connection.
 */
const PASSING = new Set([
  '40001',
  '40P01',
  '57P01',
  '57P02',
  '57P03',
  '28P01',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
]);
const PASSING_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|not queryable/;

/** Undefined table, undefined schema: what remains when a tenant was removed under a cached answer. */
const GONE = new Set(['42P01', '3F000']);

const textProperty = (error: unknown, name: 'code' | 'constraint'): string | undefined => {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
};

/** The SQLSTATE (or the code of the socket) that an error of the driver or of MikroORM carries. */
export const databaseCode = (error: unknown): string | undefined =>
  error instanceof ServiceError ? undefined : textProperty(error, 'code');

export const isGone = (error: unknown): boolean => GONE.has(databaseCode(error) ?? '');

/** Failures of the database itself as codes of the contract; everything else comes back as it is. */
export function translateDatabaseError(error: unknown): unknown {
  const code = databaseCode(error);
  if (code === QUERY_CANCELED) return new ServiceError('DEADLINE_EXCEEDED', { cause: error });
  if (code !== undefined && UNSTORABLE.has(code)) return new ServiceError('INVALID_MESSAGE', { cause: error });
  const passing =
    code === undefined
      ? error instanceof Error && PASSING_MESSAGE.test(error.message)
      : PASSING.has(code) || code.startsWith('08') || code.startsWith('53');
  return passing ? new ServiceError('UNAVAILABLE', { cause: error }) : error;
}

/**
 * Answers a code of the contract when a unique constraint or index of this name is violated:
 * `await db.transaction(…).catch(onUnique('player_platformId_key', 'PLAYER_EXISTS'))`.
 */
export const onUnique =
  (constraint: string, code: ErrorCode) =>
  (error: unknown): never => {
    if (databaseCode(error) === UNIQUE_VIOLATION && textProperty(error, 'constraint') === constraint) {
      throw new ServiceError(code, { cause: error });
    }
    throw error;
  };

/** The same for any constraint by its name: foreign keys, checks, exclusions. */
export const onConstraint =
  (constraint: string, code: ErrorCode) =>
  (error: unknown): never => {
    if (databaseCode(error) !== undefined && textProperty(error, 'constraint') === constraint)
      throw new ServiceError(code, { cause: error });
    throw error;
  };

export const rethrowTranslated = (error: unknown): never => {
  throw translateDatabaseError(error);
};
