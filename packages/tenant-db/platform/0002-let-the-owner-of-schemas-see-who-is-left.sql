-- The schema of a tenant is dropped when no service has a row of it any more.
grant select ("domainId") on "tenant" to takaro_tenants;
