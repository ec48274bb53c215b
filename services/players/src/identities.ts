import { LRUCache } from 'lru-cache';
import type { KnownPlayer } from './known-player.ts';
import type { Revisions } from './players.repository.ts';

const PLAYERS_MAX = 20_000;

/** Who was behind the ids of games, as last read. What is in here is used only at the revisions that the rows have now. */
export class Identities {
  readonly #known = new LRUCache<string, KnownPlayer>({ max: PLAYERS_MAX });

  get(domainId: string, { pogId, pogRevision, playerRevision }: Revisions): KnownPlayer | undefined {
    const known = this.#known.get(`${domainId}/${pogId}`);
    return known && known.pog.revision === pogRevision && known.player.revision === playerRevision ? known : undefined;
  }

  set(domainId: string, known: KnownPlayer): void {
    this.#known.set(`${domainId}/${known.pog.id}`, known);
  }
}
