import { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { createCommand } from '@takaro/contracts/modules/commands';
import { installModule, searchInstallations } from '@takaro/contracts/modules/installations';
import { createModule, searchModules } from '@takaro/contracts/modules/modules';
import type { ModuleOutput } from '@takaro/contracts/modules/shapes';
import type { RestClient } from './rest-client.ts';

const MODULE = 'demo';

/** Answers the player who asked, in the game. */
const PING = `import { data, takaro } from '@takaro/helpers';

async function main() {
  const { player, pog, gameServerId } = data;
  console.log(\`\${player.name} asked\`);
  await takaro.gameserver.gameServerControllerSendMessage(gameServerId, {
    message: \`Pong, \${player.name}!\`,
    opts: { recipient: { gameId: pog.gameId } },
  });
}

await main();
`;

/** What the answer to `/ping` looks like to the player. */
export const PONG = /\(to [^)]*\) (Pong, .*)$/;

/** A module with a command `/ping`, made once. */
export const openDemoModule = async (root: RestClient): Promise<ModuleOutput> => {
  const { rows } = await root.call(searchModules, { filters: { name: [MODULE] } });
  const description = 'Answers whoever types /ping';
  const module = rows[0] ?? (await root.call(createModule, { name: MODULE, latestVersion: { description } }));
  const { id: versionId, commands } = module.latestVersion;
  if (!commands.some(({ name }) => name === 'ping')) {
    await root.call(createCommand, { versionId, name: 'ping', trigger: 'ping', helpText: 'Says pong.', function: PING });
  }
  return module;
};

/** The id of the game server that came with this identity token, once it did. */
export const findGameServer = async (root: RestClient, identityToken: string): Promise<string | undefined> => {
  const { rows } = await root.call(searchGameServers, { filters: { identityToken: [identityToken] } });
  return rows[0]?.id;
};

/** Installs the module on the game server unless it is. */
export const openInstallation = async (root: RestClient, module: ModuleOutput, gameServerId: string): Promise<void> => {
  const filters = { moduleId: [module.id], gameserverId: [gameServerId] };
  const { total } = await root.call(searchInstallations, { filters });
  if (total === 0) await root.call(installModule, { versionId: module.latestVersion.id, gameServerId });
};
