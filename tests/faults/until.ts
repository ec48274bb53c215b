import { setTimeout as delay } from 'node:timers/promises';

/** On a busy machine what is waited for may come late. */
export const PATIENCE_MS = 120_000;

/**
 * Asks again and again until nothing is missing any more.
 * @throws Error with what is missing after `timeoutMs`
 */
export async function untilNone(
  missing: () => readonly string[] | Promise<readonly string[]>,
  { timeoutMs = PATIENCE_MS, intervalMs = 250 }: { readonly timeoutMs?: number; readonly intervalMs?: number } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = await missing();
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`After ${timeoutMs / 1_000} s: ${left.slice(0, 10).join('; ')}`);
    await delay(intervalMs);
  }
}

/** The same for one thing with a name. */
export const until = (
  what: string,
  isSo: () => boolean | Promise<boolean>,
  options: { readonly timeoutMs?: number; readonly intervalMs?: number } = {},
): Promise<void> => untilNone(async () => ((await isSo()) ? [] : [`not ${what}`]), options);
