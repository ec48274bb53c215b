/** What was accepted and what became of it, as it can be read from outside after a fault. */
export interface History {
  /** The ids of the events that the game knows to be accepted, but for the lines of its log. */
  readonly reported: readonly string[];
  /** The ids of what is stored of the kinds that games report. */
  readonly stored: readonly string[];
  /** The marks of the commands among them. */
  readonly accepted: readonly string[];
  /** The stored chat messages that were such commands. */
  readonly said: readonly { readonly mark: string; readonly eventId: string }[];
  readonly executions: readonly { readonly id: string; readonly causeId: string; readonly state: string }[];
  /** The executions that stored `command-executed` events tell of. */
  readonly told: readonly string[];
  /** The marks that functions said in the game. */
  readonly effects: readonly string[];
  /** The marks that stored messages of functions hold. */
  readonly messages: readonly string[];
  /** What was written through the API: all of it, and that of which success was answered. */
  readonly requests: { readonly tried: readonly string[]; readonly answered: readonly string[] };
  /** What of it is there. */
  readonly kept: readonly string[];
  /** When events were reported and commands typed, by id and by mark, in milliseconds since the epoch. */
  readonly times: ReadonlyMap<string, number>;
}

const FINAL = new Set(['succeeded', 'failed', 'interrupted']);

const countsOf = (items: readonly string[]): ReadonlyMap<string, number> =>
  new Map([...Map.groupBy(items, (item) => item)].map(([item, all]) => [item, all.length]));

/**
 * Everything in which a history is not what was promised: each accepted event is stored once; each command among them has one execution,
 * which is over and told once; what it did in the game it did at most once, and did if it succeeded; what the API took is there. One
 * sentence each.
 */
export const faultsIn = (history: History): string[] => [
  ...faultsOfEvents(history),
  ...faultsOfCommands(history),
  ...faultsOfRequests(history),
];

function faultsOfEvents({ reported, stored }: History): string[] {
  const there = countsOf(stored);
  const known = new Set(reported);
  const counts = reported.map((id) => ({ id, count: there.get(id) ?? 0 }));
  return [
    ...counts.filter(({ count }) => count !== 1).map(({ id, count }) => `event ${id} is stored ${count} times`),
    ...[...there.keys()].filter((id) => !known.has(id)).map((id) => `event ${id} was never reported`),
  ];
}

function faultsOfCommands({ accepted, said, executions, told, effects, messages }: History): string[] {
  const stored = Map.groupBy(said, ({ mark }) => mark);
  const ran = Map.groupBy(executions, ({ causeId }) => causeId);
  const tellings = countsOf(told);
  const done = countsOf(effects);
  const kept = countsOf(messages);
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
      ...((kept.get(mark) ?? 0) > effect ? [`the answer to ${mark} is stored ${kept.get(mark)} times`] : []),
      ...(effect === 0 && run.state === 'succeeded' ? [`${mark} succeeded and was not answered`] : []),
    ];
  });
  return [...faults, ...strangers];
}

function faultsOfRequests({ requests, kept }: History): string[] {
  const there = countsOf(kept);
  const tried = new Set(requests.tried);
  return [
    ...requests.answered.filter((key) => there.get(key) !== 1).map((key) => `${key} is there ${there.get(key) ?? 0} times`),
    ...[...there.keys()].filter((key) => !tried.has(key)).map((key) => `${key} was never written`),
  ];
}

/** When the streams were lost with all that lay in them, in milliseconds since the epoch. */
export interface Wipe {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was accepted so long before a wipe at most may still have lain in the streams. */
const LAY_MS = 10_000;
const LOSS = /^(?:event |the end of )?(\S+) (?:is (?:stored|told) 0 times|has 0 executions)$/;

/** Whether a fault is that something is not there which the streams alone can have had when they were lost; anything else is worse. */
export function isOfWipe(fault: string, { times }: History, wipes: readonly Wipe[]): boolean {
  const at = times.get(LOSS.exec(fault)?.[1] ?? '');
  return at !== undefined && wipes.some(({ fromMs, toMs }) => at >= fromMs - LAY_MS && at <= toMs);
}

/** The same in numbers. */
export interface Tally {
  /** Events and requests. */
  readonly accepted: number;
  /** Of them, those that are what they become in the end. */
  readonly final: number;
  /** How often something is there or happened once more than it should. */
  readonly doubled: number;
  /** Executions that nobody knows the end of, and that say so. */
  readonly interrupted: number;
}

export function tallyOf({ reported, stored, said, executions, told, effects, messages, requests, kept }: History): Tally {
  const [there, tellings, left] = [countsOf(stored), new Set(told), new Set(kept)];
  const commands = new Set(said.map(({ eventId }) => eventId));
  const ran = Map.groupBy(executions, ({ causeId }) => causeId);
  const isOver = (eventId: string): boolean => (ran.get(eventId) ?? []).some(({ id, state }) => FINAL.has(state) && tellings.has(id));
  const known = new Set(reported);
  const surplus = (items: readonly string[]): number => items.length - new Set(items).size;
  return {
    accepted: reported.length + requests.answered.length,
    final:
      reported.filter((id) => there.has(id) && (!commands.has(id) || isOver(id))).length +
      requests.answered.filter((key) => left.has(key)).length,
    doubled:
      [stored, told, effects, messages, kept, executions.map(({ causeId }) => causeId)].reduce((sum, items) => sum + surplus(items), 0) +
      [...there.keys()].filter((id) => !known.has(id)).length,
    interrupted: executions.filter(({ state }) => state === 'interrupted').length,
  };
}

export const sumOf = (tallies: readonly Tally[]): Tally => {
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0);
  return { accepted: sum('accepted'), final: sum('final'), doubled: sum('doubled'), interrupted: sum('interrupted') };
};
