import { formatLine } from '@takaro/infra/local/log-line';
import { type AttackVerdict, attackTest } from './attack.ts';

const FORGED = '12:00:00 tenancy     FATAL the admin secret was changed';
const TEXTS: readonly [attack: string, text: string][] = [
  ['clears the screen of an operator', '\u001b[2J'],
  ['clears it by a control character of eight bits', '\u009b2J'],
  ['writes over the line before', `\r${FORGED}`],
  ['turns the direction of writing', '\u202eterces'],
  ['forges a line on the screen of an operator', `\n${FORGED}`],
];

/** What functions and players can bring into a log ends up in an error's text or in a fact. */
const said = (text: string): readonly string[] => [
  JSON.stringify({ level: 40, msg: 'not run', reason: text, err: { message: text, stack: `Error: x${text}` } }),
  JSON.stringify({ level: 30, msg: text }),
  `no entry${text.replaceAll('\n', '')}`,
];

const verdictOf = (shown: string): AttackVerdict => {
  const odd = shown.match(/(?!\n)[\p{Cc}\u202e]/gu)?.length ?? 0;
  const forged = shown.split('\n').filter((line) => line.startsWith(FORGED)).length;
  return { harmed: odd + forged > 0, seen: `${odd} control characters, ${forged} forged lines` };
};

for (const [attack, text] of TEXTS) {
  attackTest({
    row: 40,
    attack: `a text ${attack}`,
    tried: JSON.stringify(text).slice(0, 30),
    refusedBy: 'the lines of npm start, which show control characters as numbers',
    guarded: async () =>
      verdictOf(
        said(text)
          .map((line) => formatLine('runner', line, new Date()))
          .join('\n'),
      ),
    control: { without: 'it: the text as it is', attempt: async () => verdictOf(`not run: ${text}`) },
  });
}
