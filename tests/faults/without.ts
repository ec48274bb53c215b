/** A protection taken out: in a file of the product, as it is loaded, one text stands in place of another. */
export interface Change {
  /** End of the path. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What a control runs without. Each `from` must be there, so that a control cannot come to mean nothing. */
export const WITHOUT = {
  /** What is reported again passes for something new: at the stream, and in the id of the event from the second time on. */
  dedupe: [
    {
      file: 'services/connectors/src/events/intake.ts',
      from: 'streamId === undefined || seq === undefined ? newId() : deriveId(gameServerId, streamId, seq)',
      to: 'newId()',
    },
    { file: 'services/players/src/service.ts', from: 'idOf: reportIdOf', to: 'idOf: () => undefined' },
    {
      file: 'services/players/src/reactions/resolve-player.ts',
      from: `deriveId('event', gameServerId, streamId, seq)`,
      to: `((seen, key) => deriveId('event', gameServerId, streamId, seq, ...(seen.has(key) ? [streamSeq] : (seen.add(key), []))))(
        (globalThis['seenEvents'] ??= new Set()), gameServerId + streamId + seq)`,
    },
  ],
  /** An attempt that was overtaken goes on: its token stays good, and the runner does not ask whether it still may. */
  fencing: [
    { file: 'packages/bus/src/verifier.ts', from: 'if (isOver || claims.expiresAt * 1_000 <= Date.now())', to: 'if (false)' },
    { file: 'packages/bus/src/verifier.ts', from: `audience: 'takaro-bus',`, to: `audience: 'takaro-bus', currentDate: new Date(0),` },
    { file: 'services/runner/src/leases.ts', from: '!stop.signal.aborted && performance.now() < current.until', to: 'true' },
    { file: 'services/runner/src/leases.ts', from: 'if (lost.includes(lease.executionId))', to: 'if (false)' },
    { file: 'services/runner/src/host-calls.ts', from: 'return current;', to: 'return true;' },
    { file: 'services/runner/src/host-calls.ts', from: 'if (current) lease.hasEffects = true;', to: 'if (true) lease.hasEffects = true;' },
  ],
  /** What a game server reports counts as accepted before a stream has it. */
  acceptance: [
    {
      file: 'services/connectors/src/events/intake.ts',
      from: 'await this.#options.bus.publishTogether(messages, { msgId, once: true });',
      to: 'void this.#options.bus.publishTogether(messages, { msgId, once: true }).catch(() => undefined);',
    },
  ],
  /** A service that is told to stop ends at once. */
  drain: [{ file: 'packages/process/src/run-service.ts', from: 'await stopping;', to: 'await stopping; process.exit(0);' }],
} as const satisfies Record<string, readonly Change[]>;

/** The same for controls that run in the process of a test (`load-without.ts`). */
export const WITHOUT_IN_TESTS = {
  /** What came last counts as newest. */
  order: [
    { file: 'services/players/src/sighting.ts', from: 'at > known.at || (', to: 'true || (' },
    {
      file: 'services/players/src/write-sighting.ts',
      from: '(("stateAt", "stateSeq") < ($2::timestamptz, $3::bigint)  or "stateAt" > $7)',
      to: 'true',
    },
  ],
  /** Of several schedulers each takes what is due, and a slot has another id each time. */
  slots: [
    {
      file: 'packages/tenant-db/src/take-due.ts',
      from: 'await claimDueTogether(tx.sql, kind, now, limit)',
      to: `await tx.sql('select * from {platform}."due" where "kind" = $1 and "dueAt" <= $2 order by "dueAt" limit $3', [kind, now, limit])`,
    },
    {
      file: 'services/modules/src/crons/start-scheduler.ts',
      from: `deriveId('slot', installationId, cronJobId, slot.toISOString())`,
      to: 'crypto.randomUUID()',
    },
  ],
} as const satisfies Record<string, readonly Change[]>;

export type Protection = keyof typeof WITHOUT;

/** @throws Error when the text is not there */
export function changed(source: string, { file, from, to }: Change): string {
  if (!source.includes(from)) throw new Error(`What a control takes out is not in ${file}: ${from}`);
  return source.replace(from, to);
}
