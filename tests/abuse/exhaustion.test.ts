import { attackTest } from './attack.ts';
import { burning, flooding, hoarding, waiting } from './exhaust.ts';

const HELPERS = `import { takaro } from '@takaro/helpers'; const ask = takaro.settings.settingsControllerGetOne;`;

attackTest(burning(36, 'a function loops for ever', 'for (;;);'));
attackTest(waiting(37, 'a promise never settles', 'await new Promise(() => {});'));
attackTest(hoarding('memory by filled arrays', 'const all = []; for (;;) all.push(new Array(1e6).fill(1));'));
attackTest(
  flooding({
    row: 39,
    attack: 'a function floods its host with calls',
    code: `${HELPERS} for (let at = 0; at < 2000; at += 1) ask('a').catch(() => 0);`,
    refusedBy: 'the quota of calls',
    limits: { calls: 50 },
    unlimited: { calls: 1_000_000 },
    reached: ({ calls }) => calls.length,
    most: 50,
  }),
);
attackTest(
  flooding({
    row: 40,
    attack: 'a function floods its log',
    code: `for (let at = 0; at < 5000; at += 1) console.log('line ' + at, 'x'.repeat(100));`,
    refusedBy: 'a log kept in the isolate, and bounded',
    limits: {},
    unlimited: { outputChars: 100_000_000 },
    reached: ({ logs }) => JSON.stringify(logs).length,
    most: 65_536,
  }),
);
attackTest(
  flooding({
    row: 46,
    attack: 'a function sends 5 MB in one call',
    code: `${HELPERS} await ask('x'.repeat(5e6)).catch(() => 0);`,
    refusedBy: 'the limit on arguments',
    limits: {},
    unlimited: { argumentChars: 100_000_000 },
    reached: ({ calls }) => JSON.stringify(calls).length,
    most: 1_048_576,
  }),
);
