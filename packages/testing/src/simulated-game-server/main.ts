import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { openControl } from './control.ts';
import { startSimulatedGameServer } from './simulate.ts';

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}`);
  return value;
};

const { TAKARO_SIMULATOR_REGISTRATION_TOKEN_FILE: tokenFile, TAKARO_SIMULATOR_CONTROL_PORT: controlPort } = process.env;
const identityToken = required('TAKARO_SIMULATOR_IDENTITY_TOKEN');

await using game = startSimulatedGameServer({
  url: required('TAKARO_SIMULATOR_URL'),
  identityToken,
  registrationToken: tokenFile ? readFileSync(tokenFile, 'utf8').trim() : required('TAKARO_SIMULATOR_REGISTRATION_TOKEN'),
  name: process.env['TAKARO_SIMULATOR_NAME'] ?? identityToken,
  seed: Number(process.env['TAKARO_SIMULATOR_SEED'] ?? 1),
  players: (process.env['TAKARO_SIMULATOR_PLAYERS'] ?? 'Alice,Bob,Carol').split(','),
  plan: process.env['TAKARO_SIMULATOR_PLAN'] === 'quiet' ? 'quiet' : 'demo',
  log: (line) => console.log(line),
});
await using control = controlPort ? await openControl(game, Number(controlPort)) : undefined;
if (control) console.log(`[game] POST /say {"player","text"} is answered on http://127.0.0.1:${control.port}`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
