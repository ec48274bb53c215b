/** Work of many callers in one transaction of their domain. */
export interface Batches<In, Out> extends AsyncDisposable {
  add(domainId: string, item: In): Promise<Out>;
}

interface Waiting<In, Out> {
  readonly item: In;
  readonly settle: PromiseWithResolvers<Out>;
}

/**
 * What arrives while a batch of the domain is being written goes into the next one, so that under load many share a commit, and a
 * single one waits for nobody. `run` answers in the order of the items.
 */
export function createBatches<In, Out>(
  run: (domainId: string, items: readonly In[]) => Promise<readonly Out[]>,
  maxItems = 200,
): Batches<In, Out> {
  const queues = new Map<string, Waiting<In, Out>[]>();
  const working = new Map<string, Promise<void>>();

  const write = async (domainId: string, batch: readonly Waiting<In, Out>[]): Promise<void> => {
    try {
      const results = await run(
        domainId,
        batch.map(({ item }) => item),
      );
      batch.forEach(({ settle }, index) => {
        const result = results[index];
        if (result === undefined) settle.reject(new Error('a batch answered too few results'));
        else settle.resolve(result);
      });
    } catch (error) {
      for (const { settle } of batch) settle.reject(error);
    }
  };

  const work = async (domainId: string): Promise<void> => {
    // Whoever asks in this same turn of the loop comes along.
    await new Promise((resolve) => setImmediate(resolve));
    for (let queue = queues.get(domainId); queue && queue.length > 0; queue = queues.get(domainId)) {
      await write(domainId, queue.splice(0, maxItems));
    }
    queues.delete(domainId);
    working.delete(domainId);
  };

  return {
    add: (domainId, item) => {
      const settle = Promise.withResolvers<Out>();
      const queue = queues.get(domainId) ?? [];
      queue.push({ item, settle });
      queues.set(domainId, queue);
      if (!working.has(domainId)) working.set(domainId, work(domainId));
      return settle.promise;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(working.values());
    },
  };
}
