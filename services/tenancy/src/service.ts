import { join } from 'node:path';
import { answers, openDeadMessages, serve } from '@takaro/bus';
import { createApiToken, revokeApiToken, searchApiTokens } from '@takaro/contracts/tenancy/api-tokens';
import { searchAuditEntries } from '@takaro/contracts/tenancy/audit';
import { dropDeadMessages, redriveDeadMessages, searchDeadMessages } from '@takaro/contracts/tenancy/dead-messages';
import {
  createDomain,
  createToken,
  deleteDomain,
  getDomain,
  regenerateRegistrationToken,
  resolveRegistrationToken,
  searchDomains,
  updateDomain,
} from '@takaro/contracts/tenancy/domains';
import {
  exchangeAdminSecret,
  exchangeSession,
  getDomainLimits,
  getDomainRoles,
  getDomainSettings,
  getUserByPlayer,
  getUsersByIds,
  registerVersionPermissions,
  resolveDomainByRegistrationToken,
} from '@takaro/contracts/tenancy/internal';
import { assignUserRole, deleteUser, removeUserRole, updateUser } from '@takaro/contracts/tenancy/manage-users';
import { createUser, inviteUser } from '@takaro/contracts/tenancy/new-users';
import { createPasswordLink, setPassword } from '@takaro/contracts/tenancy/passwords';
import { createPlayerLink, linkPlayer } from '@takaro/contracts/tenancy/player-links';
import { createRole, deleteRole, getPermissions, getRole, searchRoles, updateRole } from '@takaro/contracts/tenancy/roles';
import { deleteSelectedDomain, setSelectedDomain } from '@takaro/contracts/tenancy/selected-domain';
import { deleteSetting, getSetting, getSettings, setSetting } from '@takaro/contracts/tenancy/settings';
import { getMe, getUser, login, logout, searchUsers } from '@takaro/contracts/tenancy/users';
import { databaseFrom, type ServiceContext } from '@takaro/process';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import { ApiToken } from './api-token.entity.ts';
import { readTenancyConfiguration } from './config.ts';
import { Domain } from './domain.entity.ts';
import { startUserRoleExpiry } from './expire-user-roles.ts';
import { handleAssignUserRole } from './handlers/assign-user-role.ts';
import { handleCreateApiToken } from './handlers/create-api-token.ts';
import { handleCreateDomain } from './handlers/create-domain.ts';
import { handleCreatePasswordLink } from './handlers/create-password-link.ts';
import { handleCreatePlayerLink } from './handlers/create-player-link.ts';
import { handleCreateRole } from './handlers/create-role.ts';
import { handleCreateToken } from './handlers/create-token.ts';
import { handleCreateUser } from './handlers/create-user.ts';
import { handleDeleteDomain } from './handlers/delete-domain.ts';
import { handleDeleteRole } from './handlers/delete-role.ts';
import { handleDeleteSelectedDomain } from './handlers/delete-selected-domain.ts';
import { handleDeleteSetting } from './handlers/delete-setting.ts';
import { handleDeleteUser } from './handlers/delete-user.ts';
import { handleDropDeadMessages } from './handlers/drop-dead-messages.ts';
import { handleExchangeAdminSecret } from './handlers/exchange-admin-secret.ts';
import { handleExchangeSession } from './handlers/exchange-session.ts';
import { handleGetDomainLimits } from './handlers/get-domain-limits.ts';
import { handleGetDomainRoles } from './handlers/get-domain-roles.ts';
import { handleGetDomainSettings } from './handlers/get-domain-settings.ts';
import { handleGetDomain } from './handlers/get-domain.ts';
import { handleGetMe } from './handlers/get-me.ts';
import { handleGetPermissions } from './handlers/get-permissions.ts';
import { handleGetRole } from './handlers/get-role.ts';
import { handleGetSetting } from './handlers/get-setting.ts';
import { handleGetSettings } from './handlers/get-settings.ts';
import { handleGetUserByPlayer } from './handlers/get-user-by-player.ts';
import { handleGetUser } from './handlers/get-user.ts';
import { handleGetUsersByIds } from './handlers/get-users-by-ids.ts';
import { handleInviteUser } from './handlers/invite-user.ts';
import { handleLinkPlayer } from './handlers/link-player.ts';
import { handleLogin } from './handlers/login.ts';
import { handleLogout } from './handlers/logout.ts';
import { handleRedriveDeadMessages } from './handlers/redrive-dead-messages.ts';
import { handleRegenerateRegistrationToken } from './handlers/regenerate-registration-token.ts';
import { handleRegisterVersionPermissions } from './handlers/register-version-permissions.ts';
import { handleRemoveUserRole } from './handlers/remove-user-role.ts';
import { handleResolveDomainByRegistrationToken } from './handlers/resolve-domain-by-registration-token.ts';
import { handleResolveRegistrationToken } from './handlers/resolve-registration-token.ts';
import { handleRevokeApiToken } from './handlers/revoke-api-token.ts';
import { handleSearchApiTokens } from './handlers/search-api-tokens.ts';
import { handleSearchAuditEntries } from './handlers/search-audit-entries.ts';
import { handleSearchDeadMessages } from './handlers/search-dead-messages.ts';
import { handleSearchDomains } from './handlers/search-domains.ts';
import { handleSearchRoles } from './handlers/search-roles.ts';
import { handleSearchUsers } from './handlers/search-users.ts';
import { handleSetPassword } from './handlers/set-password.ts';
import { handleSetSelectedDomain } from './handlers/set-selected-domain.ts';
import { handleSetSetting } from './handlers/set-setting.ts';
import { handleUpdateDomain } from './handlers/update-domain.ts';
import { handleUpdateRole } from './handlers/update-role.ts';
import { handleUpdateUser } from './handlers/update-user.ts';
import { openHashProcess } from './hashing/hash-process.ts';
import { createPasswords } from './hashing/passwords.ts';
import { Role } from './role.entity.ts';
import { startSagas } from './sagas.ts';
import { createSignInFailures } from './sign-in-failures.ts';
import { startSweep } from './sweep.ts';
import type { Tenancy } from './tenancy.ts';
import { User } from './user.entity.ts';

/** Who is who, what they may do and what they hold to show it. */
const answersAboutPeople = (tenancy: Tenancy) => [
  answers(assignUserRole, handleAssignUserRole(tenancy)),
  answers(createApiToken, handleCreateApiToken(tenancy)),
  answers(createPlayerLink, handleCreatePlayerLink(tenancy)),
  answers(createRole, handleCreateRole(tenancy)),
  answers(createPasswordLink, handleCreatePasswordLink(tenancy)),
  answers(createUser, handleCreateUser(tenancy)),
  answers(deleteRole, handleDeleteRole(tenancy)),
  answers(deleteSelectedDomain, handleDeleteSelectedDomain()),
  answers(deleteUser, handleDeleteUser(tenancy)),
  answers(exchangeAdminSecret, handleExchangeAdminSecret(tenancy)),
  answers(exchangeSession, handleExchangeSession(tenancy)),
  answers(getDomainRoles, handleGetDomainRoles(tenancy)),
  answers(getMe, handleGetMe(tenancy)),
  answers(getPermissions, handleGetPermissions(tenancy)),
  answers(getRole, handleGetRole(tenancy)),
  answers(getUserByPlayer, handleGetUserByPlayer(tenancy)),
  answers(getUser, handleGetUser(tenancy)),
  answers(getUsersByIds, handleGetUsersByIds(tenancy)),
  answers(inviteUser, handleInviteUser(tenancy)),
  answers(linkPlayer, handleLinkPlayer(tenancy)),
  answers(login, handleLogin(tenancy)),
  answers(logout, handleLogout(tenancy)),
  answers(registerVersionPermissions, handleRegisterVersionPermissions(tenancy)),
  answers(removeUserRole, handleRemoveUserRole(tenancy)),
  answers(revokeApiToken, handleRevokeApiToken(tenancy)),
  answers(searchApiTokens, handleSearchApiTokens(tenancy)),
  answers(searchRoles, handleSearchRoles(tenancy)),
  answers(searchUsers, handleSearchUsers(tenancy)),
  answers(setPassword, handleSetPassword(tenancy)),
  answers(setSelectedDomain, handleSetSelectedDomain(tenancy)),
  answers(updateRole, handleUpdateRole(tenancy)),
  answers(updateUser, handleUpdateUser(tenancy)),
];

/** Domains, their settings and what an operator looks after. */
const answersAboutDomains = (tenancy: Tenancy) => [
  answers(createDomain, handleCreateDomain(tenancy)),
  answers(createToken, handleCreateToken(tenancy)),
  answers(deleteDomain, handleDeleteDomain(tenancy)),
  answers(deleteSetting, handleDeleteSetting(tenancy)),
  answers(dropDeadMessages, handleDropDeadMessages(tenancy)),
  answers(getDomainLimits, handleGetDomainLimits(tenancy)),
  answers(getDomainSettings, handleGetDomainSettings(tenancy)),
  answers(getDomain, handleGetDomain(tenancy)),
  answers(getSetting, handleGetSetting(tenancy)),
  answers(getSettings, handleGetSettings(tenancy)),
  answers(redriveDeadMessages, handleRedriveDeadMessages(tenancy)),
  answers(regenerateRegistrationToken, handleRegenerateRegistrationToken(tenancy)),
  answers(resolveDomainByRegistrationToken, handleResolveDomainByRegistrationToken(tenancy)),
  answers(resolveRegistrationToken, handleResolveRegistrationToken(tenancy)),
  answers(searchDeadMessages, handleSearchDeadMessages(tenancy)),
  answers(searchAuditEntries, handleSearchAuditEntries(tenancy)),
  answers(searchDomains, handleSearchDomains(tenancy)),
  answers(setSetting, handleSetSetting(tenancy)),
  answers(updateDomain, handleUpdateDomain(tenancy)),
];

/** The tables of this service, with the relay of its outbox. */
export const openTenancyDb = ({ env, log, bus }: Pick<ServiceContext, 'env' | 'log' | 'bus'>): Promise<TenantDb> =>
  openTenantDb({
    service: 'tenancy',
    ...databaseFrom(env),
    entities: [ApiToken, Domain, Role, User],
    folder: join(import.meta.dirname, '..'),
    log,
    bus,
  });

/** Answers for domains, identities, users, roles and settings, and brings domains in and out. */
export async function startTenancy(context: ServiceContext, db: TenantDb): Promise<AsyncDisposable> {
  const { bus, clock, limits, log, readiness } = context;
  await using opening = new AsyncDisposableStack();
  readiness.add('migrations are pending', async () => (await db.pendingMigrations()) === 0);
  const { hash } = opening.use(openHashProcess(log));
  const passwords = createPasswords(hash, limits);
  const sagas = opening.use(startSagas({ db, bus, log, limits }));
  opening.use(startUserRoleExpiry({ db, clock, log }));
  const dead = await openDeadMessages(bus);
  const failures = createSignInFailures(db, limits);
  opening.use(startSweep({ db, clock, limits, failures, log }));
  const tenancy: Tenancy = { db, bus, dead, clock, limits, passwords, failures, sagas, ...(await readTenancyConfiguration(context.env)) };
  opening.use(await serve(bus, [...db.provisioningAnswers(), ...answersAboutPeople(tenancy), ...answersAboutDomains(tenancy)]));
  return opening.move();
}

export async function startTenancyProcess(context: ServiceContext): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const db = opening.use(await openTenancyDb(context));
  opening.use(await startTenancy(context, db));
  return opening.move();
}
