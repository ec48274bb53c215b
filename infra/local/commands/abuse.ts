import { ABUSE_HELP, readAbuseOptions, runAbuse } from '../abuse.ts';
import { Problem } from '../problem.ts';

try {
  const options = readAbuseOptions(process.argv.slice(2));
  if (options.help) console.log(ABUSE_HELP);
  else process.exitCode = (await runAbuse(options, console.log)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
