import type { Static, TSchema } from 'typebox';
import type { CommonErrorCode, ErrorCode } from './errors.ts';
import { type LimitName, LIMITS } from './limits.ts';
import type { PermissionCode } from './permissions.ts';
import type { ServiceName } from './services.ts';

/** What may be held to ask for something; each kind is signed by keys of its own. */
export const TOKEN_KINDS = ['admin', 'user', 'execution', 'service'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/**
 * Who may ask.
 * - `public`: no token; whoever is allowed to publish on the subject.
 * - `admin`: an admin token, minted for the holder of the installation's admin secret.
 * - `domain`: a token of the domain with every listed permission, or ROOT. Executions only where `executions` is true.
 * - `internal`: a token of the domain (or a service token); `callers` narrows it to service tokens of those services.
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'admin' }
  | { readonly kind: 'domain'; readonly permissions: readonly PermissionCode[]; readonly executions: boolean }
  | { readonly kind: 'internal'; readonly callers: readonly ServiceName[] | null };

/** Where the REST API shows an operation. What is in neither path nor `query` is the body. */
export interface RestRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for properties of the input that stand in the path. */
  readonly path: string;
  /** `<Controller>_<method>` of the published API; client method names derive from it. */
  readonly id: string;
  /** Properties of the input that stand in the query. */
  readonly query?: readonly string[];
  /** Properties of the input that stand in headers, with the header's name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Property of the input that nobody sends: the gateway puts there the address that the request comes from. */
  readonly address?: string;
  /** The limit on how many of it one gateway has under way; more are refused with UNAVAILABLE before any service hears of them. */
  readonly atOnce?: LimitName;
  /** Chooses the domain of later requests by a cookie, from `domainId` of the input or else of the answer; or forgets the choice. */
  readonly domainCookie?: 'set' | 'clear';
  /** Answered also while the caller's domain is not ACTIVE. @default false */
  readonly inactiveDomains?: boolean;
  /** Answered as one text without an envelope, which is asked for part by part (output: `Part`). */
  readonly parts?: TextInParts;
}

/** A text of any length: whoever asks sends each part on before asking for the next, so that nobody holds the whole. */
export interface TextInParts {
  readonly contentType: string;
  readonly fileName: string;
  /** The property of the input that says which part is meant: `next` of the part before. Not a part of the published input. */
  readonly cursor: string;
}

/** A question that one service answers. Core NATS: at most once, answered within `timeoutMs`. */
export interface RequestContract<In = never, Out = unknown> {
  readonly kind: 'request';
  readonly service: ServiceName;
  readonly operation: string;
  /** `platform` operations stand above the domains; their subject has `_` in place of one. */
  readonly scope: 'domain' | 'platform';
  readonly access: Access;
  readonly rest?: RestRoute;
  readonly input: TSchema;
  readonly output: TSchema;
  readonly errors: readonly ErrorCode[];
  readonly timeoutMs: number;
  /** The bus repeats a request that got no answer only where this is true. */
  readonly idempotent: boolean;
  /** Carries the static types only; never set. */
  readonly types?: (input: In) => Out;
}

/** Any contract, for code that treats all alike. */
export type AnyRequest = RequestContract<never, unknown>;

interface RequestSpec<In extends TSchema, Out extends TSchema> {
  readonly service: ServiceName;
  readonly operation: string;
  /** Permissions of the domain that are all needed; an empty list lets any session of the domain ask. */
  readonly permission?: PermissionCode | readonly PermissionCode[];
  /** For operations that are not guarded by permissions of a domain. */
  readonly access?: 'public' | 'admin' | 'internal';
  /** Narrows `internal` to service tokens of these services. */
  readonly callers?: readonly ServiceName[];
  /** `refused`: functions may not do this although they may do what ROOT may. @default allowed */
  readonly executions?: 'refused';
  /** @default platform for public and admin operations, else domain */
  readonly scope?: 'domain' | 'platform';
  readonly rest?: RestRoute;
  readonly input: In;
  readonly output: Out;
  readonly errors: readonly Exclude<ErrorCode, CommonErrorCode>[];
  /** @default 2000 */
  readonly timeoutMs?: number;
  /** @default true for GET routes, else false */
  readonly idempotent?: boolean;
}

export function request<In extends TSchema, Out extends TSchema>(spec: RequestSpec<In, Out>): RequestContract<Static<In>, Static<Out>> {
  const access = accessOf(spec);
  return {
    kind: 'request',
    service: spec.service,
    operation: spec.operation,
    scope: spec.scope ?? (access.kind === 'public' || access.kind === 'admin' ? 'platform' : 'domain'),
    access,
    ...(spec.rest && { rest: spec.rest }),
    input: spec.input,
    output: spec.output,
    errors: spec.errors,
    timeoutMs: spec.timeoutMs ?? LIMITS.requestTimeoutMs,
    idempotent: spec.idempotent ?? spec.rest?.method === 'GET',
  };
}

function accessOf(spec: RequestSpec<TSchema, TSchema>): Access {
  if (spec.access === 'internal') return { kind: 'internal', callers: spec.callers ?? null };
  if (spec.access) return { kind: spec.access };
  if (spec.permission === undefined) throw new Error(`${spec.operation}: say which permission or access it needs`);
  const permissions = typeof spec.permission === 'string' ? [spec.permission] : spec.permission;
  return { kind: 'domain', permissions, executions: spec.executions !== 'refused' };
}

/** A fact that happened in a domain. JetStream: at least once, so consumers deduplicate on the event's id. */
export interface EventContract<Meta = unknown> {
  readonly kind: 'event';
  /** The published event name, such as `chat-message`. */
  readonly name: string;
  readonly meta: TSchema;
  /** Whether the history keeps it. */
  readonly stored: boolean;
  /** Carries the static type only; never set. */
  readonly types?: (meta: Meta) => void;
}

export const event = <Meta extends TSchema>(spec: {
  readonly name: string;
  readonly meta: Meta;
  readonly stored?: boolean;
}): EventContract<Static<Meta>> => ({ kind: 'event', name: spec.name, meta: spec.meta, stored: spec.stored ?? true });
