import { openSandboxForTests } from '@takaro/sandbox/testing';
import { type AttackVerdict, attackTest } from './attack.ts';

const LIMITS = { cpuMs: 100, wallMs: 3_000 };
/** Processor time that nobody takes whose limit is kept. */
const TAKEN_MS = 1_000;

async function burn(code: string, limits: Partial<typeof LIMITS>): Promise<AttackVerdict> {
  await using box = await openSandboxForTests({ limits: { ...LIMITS, ...limits } });
  const { cpuMs, reason } = await box.run(code);
  return { harmed: cpuMs > TAKEN_MS, seen: `${reason} after ${Math.round(cpuMs)} ms` };
}

attackTest({
  row: 36,
  attack: 'a function loops for ever',
  tried: 'for (;;);',
  refusedBy: 'the limit on processor time',
  guarded: () => burn('for (;;);', {}),
  control: { without: 'the limit', attempt: () => burn('for (;;);', { cpuMs: 60_000 }) },
});
