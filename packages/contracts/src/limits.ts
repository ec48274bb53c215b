const DEFAULTS = {
  /** Lanes of the streams: hash(domain) mod lanes. A constant of the installation: changing it moves every domain. */
  lanes: 8,
  requestTimeoutMs: 2_000,
  importTimeoutMs: 60_000,
  actionTimeoutMs: 10_000,
  tokenLifetimeS: 60,
  sessionLifetimeS: 604_800,
  auditRetentionDays: 400,
  apiTokenLifetimeS: 432_000,
  apiTokensPerUser: 100,
  passwordLinkLifetimeS: 86_400,
  playerLinkLifetimeS: 1_800,
  /** Sign-ins that may fail within the window, under one name and from one address, before more are refused. */
  signInFailuresPerAccount: 10,
  signInFailuresPerAddress: 100,
  signInWindowS: 900,
  /** Sign-ins that one gateway has under way: as many as tenancy checks at once and lets wait. */
  signInsAtOnce: 104,
  passwordChecksAtOnce: 4,
  passwordChecksWaiting: 100,
  domainsProvisionedAtOnce: 2,
  streamMessageBytes: 262_144,
  replyPartBytes: 524_288,
  replyBytes: 33_554_432,
  httpBodyBytes: 1_048_576,
  /** What one accepted credential, or one address with all others, may ask in a window. */
  httpRequests: 60_000,
  httpRequestsWindowMs: 60_000,
  webSocketFrameBytes: 16_777_216,
  /** What the sockets of one process may have waiting for the streams before those that wait are not read any more. */
  intakeBytes: 67_108_864,
  /** What a game server may report in the long run, log lines included; above it its socket is read no faster. */
  gameServerEventsPerSecond: 200,
  /** What it may report of that when it is more than four times what the others do in the mean. */
  gameServerEventsPerSecondUneven: 60,
  /** The same while what is reported, or the orders that come of it, waits too long for its turn. */
  gameServerEventsPerSecondLeast: 30,
  /** Longer than that, in the mean, nothing that game servers reported may wait for a service before those that report most go slower. */
  strainedMs: 30,
  /** Nor may orders of most domains that have any wait longer than that for a runner. */
  strainedSharesMs: 1_000,
  /** What it may report at once. */
  gameServerEventsAtOnce: 50,
  identifyTimeoutMs: 30_000,
  heartbeatMs: 30_000,
  /** How often gameservers looks whether the copies of connectors are there. One that is missed three times is gone. */
  connectorCheckMs: 10_000,
  /** A game server that is away for so long has no players any more. */
  playersOfflineAfterMs: 30_000,
  isolateCpuMs: 2_000,
  isolateWallMs: 10_000,
  isolateWallMaxMs: 30_000,
  isolateMemoryMb: 128,
  isolateOutputBytes: 65_536,
  hostCalls: 500,
  hostCallsAtOnce: 10,
  logMessageChars: 1_000,
  domainRunning: 4,
  domainWaiting: 1_000,
  regexMs: 50,
  eventDepth: 8,
  deliveries: 5,
  /** A stream message that is neither acknowledged nor kept alive for this long is delivered again. */
  ackWaitMs: 10_000,
  leaseMs: 15_000,
  heartbeatLeaseMs: 5_000,
  /** Slots of a cron job may not follow one another faster. */
  cronIntervalMs: 2_000,
  /** Of the slots that nobody was there to run, at most so many are run late. */
  cronMissed: 10,
  /** Commands, hooks, cron jobs, functions or permissions of one version in a file that is imported. */
  versionPartsOfAKind: 500,
  importVersions: 200,
  /** Of all kinds, in all versions of a file. */
  importParts: 5_000,
  pageLimitDefault: 100,
  pageLimitMax: 1_000,
  chatMessageChars: 300,
  /** Who watches one domain through one gateway, by socket or stream. */
  liveViewers: 100,
  /** How often the gateway looks whether the sessions of those who watch are still good. */
  liveCheckMs: 5_000,
  /** What may wait for a live client that does not keep up; with more it is cut off. */
  liveBufferBytes: 1_048_576,
} as const;

export type LimitName = keyof typeof DEFAULTS;
export type Limits = { readonly [Name in LimitName]: number };

const variableOf = (name: string): string => `TAKARO_LIMIT_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

type Environment = Readonly<Record<string, string | undefined>>;

const isLimit = (text: string | undefined): text is string => text !== undefined && /^[1-9]\d{0,11}$/.test(text);

function limitsIn(env: Environment): Limits {
  const set = Object.keys(DEFAULTS).flatMap((name) => {
    const text = env[variableOf(name)];
    return isLimit(text) ? [[name, Number(text)]] : [];
  });
  return { ...DEFAULTS, ...Object.fromEntries(set) };
}

/** The limits with those that the environment sets. @throws Error when a value is not a positive whole number */
export function readLimits(env: Environment): Limits {
  const wrong = Object.keys(DEFAULTS)
    .map(variableOf)
    .find((variable) => env[variable] !== undefined && !isLimit(env[variable]));
  if (wrong !== undefined) throw new Error(`${wrong} must be a positive whole number`);
  return limitsIn(env);
}

/**
 * Every limit of the platform, its unit last, as the environment of this process sets it by `TAKARO_LIMIT_<NAME>`: contracts are built with
 * them. All processes of an installation are to have the same.
 */
export const LIMITS: Limits = limitsIn(process.env);
