import { parseArgs } from 'node:util';
import { attackTable, isProved } from './attack-record.ts';
import { Problem } from './problem.ts';
import { type Report, reportTests, tallyOf } from './tests.ts';

export const ABUSE_HELP = `npm run abuse -- [options] [text]

  text       only attacks whose name has it, such as "memory" or "36:" (row 36)
  --fast     only those that npm test runs too
  --help     this text

Attacks on the sandbox, the bus, the database and the API. Each is tried twice: with its guard, when it has to come to nothing, and
without (the control), when it has to succeed. Exit 1 unless every attack was refused and every control succeeded.`;

interface AbuseOptions {
  readonly help: boolean;
  readonly fast: boolean;
  readonly name: string;
}

/** @throws Problem */
export function readAbuseOptions(args: readonly string[]): AbuseOptions {
  try {
    const options = { help: { type: 'boolean' }, fast: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { help: values.help ?? false, fast: values.fast ?? false, name: positionals.join(' ') };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new Problem(`${reason}: npm run abuse -- --help lists the options.`, { cause: error });
  }
}

/** Tells the table. Answers whether all is as it must be. */
export async function runAbuse({ fast, name }: AbuseOptions, say: (line: string) => void): Promise<boolean> {
  const pattern = name.replaceAll(/[^\w\s]/g, String.raw`\$&`);
  const args = ['tests/abuse/', ...(name === '' ? [] : [`--testNamePattern=${pattern}`])];
  const { report, code } = await reportTests(args, fast ? 'fast' : 'all');
  if (!report) return false;
  return sayReport(report, code, say);
}

export function sayReport(report: Report, code: number, say: (line: string) => void): boolean {
  const records = report.testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ meta }) => meta?.attack ?? []));
  const { passed, failed } = tallyOf(report, code);
  const refused = records.filter(({ guarded }) => guarded?.harmed === false).length;
  const succeeded = records.filter(({ unguarded }) => unguarded?.harmed === true).length;
  for (const line of attackTable(records)) say(line);
  say('');
  say(
    `attacks: ${refused} of ${records.length} refused; controls: ${succeeded} of ${records.length} succeeded; tests: ${passed} passed, ${failed} failed`,
  );
  if (records.length === 0) say('No attack was tried.');
  return failed === 0 && records.length > 0 && records.every(isProved);
}
