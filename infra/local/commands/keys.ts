import { parseArgs } from 'node:util';
import { KEYS_HELP, readCommand } from '../../keys/command.ts';
import { findInstallation } from '../../keys/installation.ts';
import { runKeys } from '../../keys/run.ts';
import { Problem } from '../problem.ts';

const options = {
  data: { type: 'string' },
  'database-url': { type: 'string' },
  'nats-url': { type: 'string' },
  now: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: true });
  if (values.help) console.log(KEYS_HELP);
  else {
    const command = readCommand(positionals);
    const installation = await findInstallation({ data: values.data, databaseUrl: values['database-url'], natsUrl: values['nats-url'] });
    await runKeys(command, { installation, now: values.now, print: (line) => console.log(line) });
  }
} catch (error) {
  process.exitCode = 1;
  const isClear =
    error instanceof Problem || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  console.error(isClear ? error.message : error);
}
process.exit();
