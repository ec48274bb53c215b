import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { LRUCache } from 'lru-cache';

interface ClaimedOrder {
  readonly order: ExecutionOrder;
  readonly functionId: string;
}

/**
 * What this process handed out and was not told the end of. Whose end is told here usually began here, so that its order needs not be
 * read; of the others it is. What a row says decides: this only spares the reading.
 */
export class ClaimedOrders {
  readonly #orders = new LRUCache<string, ClaimedOrder>({ max: 2_000 });

  add(executionId: string, attempt: number, claimed: ClaimedOrder): void {
    this.#orders.set(`${executionId}:${attempt}`, claimed);
  }

  take(executionId: string, attempt: number): ClaimedOrder | undefined {
    const key = `${executionId}:${attempt}`;
    const claimed = this.#orders.get(key);
    this.#orders.delete(key);
    return claimed;
  }
}
