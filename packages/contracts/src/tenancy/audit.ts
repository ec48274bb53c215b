import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { DOMAIN_ID_PATTERN, Instant, Nullable, OneOf, Strict, Uuid } from '../shapes.ts';

/** What the audit log tells. Roles of players are told by events of their domain. */
export const AUDIT_ACTIONS = [
  'sign-in',
  'sign-out',
  'admin-secret-presented',
  'user-created',
  'user-invited',
  'password-link-created',
  'password-set',
  'api-token-created',
  'api-token-revoked',
  'registration-token-regenerated',
  'domain-created',
  'domain-updated',
  'domain-disabled',
  'domain-removed',
  'keys-rotated',
  'keys-retired',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_ACTORS = ['identity', 'user', 'admin', 'operator', 'service', 'unknown'] as const;
export type AuditActor = (typeof AUDIT_ACTORS)[number];

const AuditEntry = Strict({
  id: Uuid,
  action: OneOf(AUDIT_ACTIONS),
  outcome: OneOf(['done', 'refused']),
  actorKind: OneOf(AUDIT_ACTORS),
  /** Id of the identity or user. */
  actorId: Nullable(Type.String()),
  domainId: Nullable(Type.String()),
  /** What it was done to, such as the id of a token or the name of a key. */
  subject: Nullable(Type.String()),
  /** The same refusal within a minute is one entry. */
  occurrences: Type.Integer({ minimum: 1 }),
  createdAt: Instant,
});
export type AuditEntry = Static<typeof AuditEntry>;

/** The audit log, the newest first. */
export const searchAuditEntries = request({
  service: 'tenancy',
  operation: 'search-audit-entries',
  access: 'admin',
  rest: { method: 'POST', path: '/audit-entry/search', id: 'AuditEntryController_search' },
  input: Strict({
    action: Type.Optional(OneOf(AUDIT_ACTIONS)),
    outcome: Type.Optional(OneOf(['done', 'refused'])),
    domainId: Type.Optional(Type.String({ pattern: DOMAIN_ID_PATTERN })),
    /** Only those before this moment: `createdAt` of the last of the page before. */
    before: Type.Optional(Instant),
    /** @default 100 */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageLimitMax })),
  }),
  output: Strict({ entries: Type.Array(AuditEntry) }),
  errors: [],
  idempotent: true,
});
