import type { TSchema } from 'typebox';
import type { Access, AnyRequest, RestRoute } from '../contract.ts';
import type { ErrorCode } from '../errors.ts';
import type { PermissionCode } from '../permissions.ts';

/**
 * An operation of the published API that Takaro does not have yet. Clients have its method and its route stands, so that they get a
 * clear refusal; no service is asked.
 */
export interface UnavailableContract {
  readonly kind: 'unavailable';
  /** What there is not, as the refusal says it. */
  readonly feature: string;
  readonly access: Access;
  readonly rest: RestRoute;
  readonly input: TSchema;
  readonly output: TSchema;
  readonly errors: readonly ErrorCode[];
}

/** What the public API shows: what services answer, and what nobody does yet. */
export type PublicContract = AnyRequest | UnavailableContract;

interface UnavailableSpec extends RestRoute {
  /** Permissions that are all needed. */
  readonly permission?: PermissionCode;
  /** Whether it needs no session. @default false */
  readonly isPublic?: boolean;
  readonly input: TSchema;
  readonly output: TSchema;
}

/** Makes the operations of a feature that there is not yet. */
export const unavailable =
  (feature: string) =>
  ({ permission, isPublic = false, input, output, ...rest }: UnavailableSpec): UnavailableContract => ({
    kind: 'unavailable',
    feature,
    access: isPublic ? { kind: 'public' } : { kind: 'domain', permissions: permission ? [permission] : [], executions: true },
    rest,
    input,
    output,
    errors: ['NOT_AVAILABLE'],
  });
