import { ServiceError } from '@takaro/contracts/errors';
import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import { type PlatformIds, platformIdsOf } from './platform-ids.ts';
import type { PogRow } from './rows.ts';

/** A moment in the life of a game server: the plausible time in the game, and the sequence where times are equal. */
export interface Moment {
  readonly at: Date;
  readonly seq: number;
  /** What is known of a later time than this is not believed: a clock was wrong when it was written. */
  readonly horizon: Date;
}

/** How far the clocks of one system may be apart. */
const APART_MS = 300_000;

export const momentOf = (at: Date, seq: number, nowMs: number): Moment => ({ at, seq, horizon: new Date(nowMs + APART_MS) });

/** A player as an event shows them. */
export interface Sighting {
  readonly gameServerId: string;
  readonly who: GamePlayer;
  readonly ids: PlatformIds;
  readonly moment: Moment;
  /** A player who left is not there; whoever does anything else is. */
  readonly online: boolean;
  /** Came or left: this is written before it is told. Other signs of life may wait for the next batch. */
  readonly isPresence: boolean;
}

/** What is longer is no name, id or address of a person; the tables' indexes could not hold it. */
const NAME_CHARS = 255;

/** @throws ServiceError INVALID_MESSAGE when the game's own id is too long to be kept */
export function sightingOf(gameServerId: string, eventName: string, who: GamePlayer, moment: Moment): Sighting {
  if (who.gameId.length > NAME_CHARS) throw new ServiceError('INVALID_MESSAGE');
  return {
    gameServerId,
    who: { ...withoutLongAddress(who), name: who.name.slice(0, NAME_CHARS).toWellFormed() },
    ids: platformIdsOf(who),
    moment,
    online: eventName !== 'player-disconnected',
    isPresence: eventName === 'player-connected' || eventName === 'player-disconnected',
  };
}

const withoutLongAddress = ({ ip, ...who }: GamePlayer): GamePlayer => (ip === undefined || ip.length > NAME_CHARS ? who : { ...who, ip });

export const isNewer = ({ at, seq, horizon }: Moment, known: Pick<Moment, 'at' | 'seq'>): boolean =>
  at > known.at || (at.getTime() === known.at.getTime() && seq > known.seq) || known.at > horizon;

export const stateOf = ({ stateAt, stateSeq }: Pick<PogRow, 'stateAt' | 'stateSeq'>): Pick<Moment, 'at' | 'seq'> => ({
  at: stateAt,
  seq: Number(stateSeq),
});
