import { ServiceError } from '@takaro/contracts/errors';
import type { ServiceName } from '@takaro/contracts/services';
import { isDomainId } from '@takaro/contracts/subjects';

/** The database that `openTenantDb` is given. Further ones are named in `cells`. */
export const MAIN_CELL = 'main';

/** Stands for the platform where the ledger and the due index name a domain. No domain can bear this name. */
export const PLATFORM_DOMAIN = '_';

/** The PostgreSQL role of a service. */
export const serviceRole = (service: ServiceName): string => `takaro_${service}`;

/** Owns the schemas of tenants; nobody can log in as it. */
export const TENANT_OWNER = 'takaro_tenants';

/** What PostgreSQL is extended by. Migrations name it where they index substrings: `using gin ("name" "takaro_extensions".gin_trgm_ops)`. */
export const EXTENSIONS_SCHEMA = 'takaro_extensions';

/** The schema for what spans tenants: registry, ledger, outbox, due index, and the service's own platform tables. */
export const platformSchema = (service: ServiceName): string => `takaro_${service}`;

/** The schema of a tenant. @throws ServiceError DOMAIN_UNKNOWN when the text cannot be a domain's id */
export function tenantSchema(domainId: string): string {
  if (!isDomainId(domainId)) throw new ServiceError('DOMAIN_UNKNOWN');
  return `domain_${domainId}`;
}

/** The only way by which a name of a schema or role enters SQL: what could leave the quotes is refused. */
export function quoteName(name: string): string {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) throw new Error('Not a name of a schema or role');
  return `"${name}"`;
}

/** Puts the quoted schemas in place of `{schema}` (the tenant's) and `{platform}` (the service's). */
export const withSchemas = (text: string, names: { readonly platform: string; readonly schema?: string | undefined }): string =>
  text
    .replaceAll('{platform}', () => quoteName(names.platform))
    .replaceAll('{schema}', () => {
      if (names.schema === undefined) throw new Error('A statement of the platform names a tenant schema');
      return quoteName(names.schema);
    });
