import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Page, Strict, Uuid } from '../shapes.ts';
import { JsonText, ModuleInstallationOutput } from './shapes.ts';

const ofModuleOnServer = Strict({ moduleId: Uuid, gameServerId: Uuid });
const installationPath = '/module/:moduleId/gameserver/:gameServerId/installation';

export const searchInstallations = request({
  service: 'modules',
  operation: 'search-installations',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/module/installation/search', id: 'ModuleInstallationsController_getInstalledModules' },
  input: Search({
    filters: { versionId: Uuid, moduleId: Uuid, gameserverId: Uuid, id: Uuid },
    extend: 'ignored',
  }),
  output: Page(ModuleInstallationOutput),
  errors: [],
});

export const getInstallation = request({
  service: 'modules',
  operation: 'get-installation',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: installationPath, id: 'ModuleInstallationsController_getModuleInstallation' },
  input: ofModuleOnServer,
  output: ModuleInstallationOutput,
  errors: ['INSTALLATION_NOT_FOUND'],
});

/** Installs or, where the module is installed on the game server, installs anew under a fresh id. */
export const installModule = request({
  service: 'modules',
  operation: 'install-module',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/module/installation/', id: 'ModuleInstallationsController_installModule' },
  input: Strict({
    versionId: Uuid,
    gameServerId: Uuid,
    userConfig: Type.Optional(JsonText),
    systemConfig: Type.Optional(JsonText),
  }),
  output: ModuleInstallationOutput,
  errors: ['VERSION_NOT_FOUND', 'GAMESERVER_NOT_FOUND', 'CONFIG_INVALID'],
});

/** Answers what was installed. */
export const uninstallModule = request({
  service: 'modules',
  operation: 'uninstall-module',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'DELETE', path: installationPath, id: 'ModuleInstallationsController_uninstallModule' },
  input: ofModuleOnServer,
  output: ModuleInstallationOutput,
  errors: ['INSTALLATION_NOT_FOUND'],
});
