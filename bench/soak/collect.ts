import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { COLLECTED } from './collecting.ts';

// Preloaded into every service that the soak starts, in place of changes to them: a full collection whenever somebody asks for it.
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
process.on('SIGUSR2', () => {
  collect();
  process.stderr.write(`${COLLECTED}\n`);
});
