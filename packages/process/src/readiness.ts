/** Whether a process can work. Each part that can be unready adds a check and says in words what is missing when it fails. */
export interface Readiness {
  add(reason: string, check: () => boolean | Promise<boolean>): void;
  /** The reasons why not; empty when ready. A check that throws counts as failed. */
  reasons(): Promise<string[]>;
}

export function createReadiness(): Readiness {
  const checks: { reason: string; check: () => boolean | Promise<boolean> }[] = [];
  return {
    add: (reason, check) => {
      checks.push({ reason, check });
    },
    reasons: async () => {
      const verdicts = await Promise.all(checks.map(async ({ check }) => check()).map((verdict) => verdict.catch(() => false)));
      return checks.filter((_, index) => !verdicts[index]).map(({ reason }) => reason);
    },
  };
}
