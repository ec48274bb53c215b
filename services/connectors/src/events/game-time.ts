const OLDEST_MS = 24 * 60 * 60 * 1_000;
/** Numbers below are seconds: as milliseconds they would lie before 1973. */
const SECONDS_BELOW = 100_000_000_000;

/** When the game says that it happened, where that is plausible: not in the future, at most a day ago. */
export function readGameTime(value: unknown, receivedAt: Date): Date | null {
  const ms = millisecondsOf(value);
  const ageMs = receivedAt.getTime() - ms;
  return ageMs >= 0 && ageMs <= OLDEST_MS ? new Date(ms) : null;
}

function millisecondsOf(value: unknown): number {
  if (typeof value === 'string') return /^\d+$/.test(value) ? millisecondsOf(Number(value)) : Date.parse(value);
  if (typeof value !== 'number') return Number.NaN;
  return value < SECONDS_BELOW ? value * 1_000 : value;
}
