import { Type } from 'typebox';
import { request } from './contract.ts';
import type { ServiceName } from './services.ts';
import { Empty, Strict } from './shapes.ts';

/** Whether this copy of the service can work, and if not, why not. Asked by the gateway for `/readyz`. */
export const getReadiness = (service: ServiceName) =>
  request({
    service,
    operation: 'get-readiness',
    access: 'public',
    input: Strict({}),
    output: Strict({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) }),
    errors: [],
    idempotent: true,
  });

/** The metrics of the process in the JSON form of prom-client. Asked by the gateway for `/metrics`. */
export const getMetrics = (service: ServiceName) =>
  request({
    service,
    operation: 'get-metrics',
    access: 'public',
    input: Strict({}),
    output: Type.Array(Type.Unknown()),
    errors: [],
    idempotent: true,
  });

const provisioning = (service: ServiceName, operation: string) =>
  request({
    service,
    operation,
    access: 'internal',
    callers: ['tenancy'],
    input: Strict({ /** The database in which the domain's schema lies. */ cell: Type.String({ pattern: '^[a-z0-9-]{1,48}$' }) }),
    output: Empty,
    errors: [],
    timeoutMs: 30_000,
    idempotent: true,
  });

/** First phase: the service makes its tables in the domain's schema. Safe to repeat. */
export const provisionDomain = (service: ServiceName) => provisioning(service, 'provision-domain');

/** Second phase, when all services have their tables: foreign keys into others' tables. Safe to repeat. */
export const linkDomain = (service: ServiceName) => provisioning(service, 'link-domain');

/** The service forgets the domain: caches, ledger, what was due. The schema itself is dropped by tenancy. Safe to repeat. */
export const removeDomain = (service: ServiceName) => provisioning(service, 'remove-domain');
