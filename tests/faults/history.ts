/** What was accepted and what became of it, as it can be read from outside after a fault. */
export interface History {
  /** The marks of the commands that the game knows to be accepted. */
  readonly accepted: readonly string[];
  /** The stored chat messages that were such commands. */
  readonly said: readonly { readonly mark: string; readonly eventId: string }[];
  readonly executions: readonly { readonly id: string; readonly causeId: string; readonly state: string }[];
  /** The executions that stored `command-executed` events tell of. */
  readonly told: readonly string[];
  /** The marks that functions said in the game. */
  readonly effects: readonly string[];
}

const FINAL = new Set(['succeeded', 'failed', 'interrupted']);

const countsOf = <T>(items: readonly T[]): Map<T, number> =>
  new Map([...Map.groupBy(items, (item) => item)].map(([item, all]) => [item, all.length]));

/**
 * Everything in which a history is not what was promised: each accepted command is stored once and has one execution, which is over and
 * told once; what it did in the game it did at most once, and did if it succeeded. One sentence each.
 */
export function faultsIn({ accepted, said, executions, told, effects }: History): string[] {
  const stored = Map.groupBy(said, ({ mark }) => mark);
  const ran = Map.groupBy(executions, ({ causeId }) => causeId);
  const tellings = countsOf(told);
  const done = countsOf(effects);
  const known = new Set(accepted);
  const strangers = [...stored.keys(), ...done.keys()].filter((mark) => !known.has(mark)).map((mark) => `${mark} was never said`);
  const faults = accepted.flatMap((mark) => {
    const events = stored.get(mark) ?? [];
    if (events.length !== 1) return [`${mark} is stored ${events.length} times`];
    const runs = ran.get(events[0]?.eventId ?? '') ?? [];
    const [run] = runs;
    if (!run || runs.length > 1) return [`${mark} has ${runs.length} executions`];
    const effect = done.get(mark) ?? 0;
    return [
      ...(FINAL.has(run.state) ? [] : [`${mark} is ${run.state}`]),
      ...(tellings.get(run.id) === 1 ? [] : [`the end of ${mark} is told ${tellings.get(run.id) ?? 0} times`]),
      ...(effect > 1 ? [`${mark} was answered ${effect} times`] : []),
      ...(effect === 0 && run.state === 'succeeded' ? [`${mark} succeeded and was not answered`] : []),
    ];
  });
  return [...faults, ...strangers];
}
