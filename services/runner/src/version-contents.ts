import type { Bus } from '@takaro/bus';
import { getVersionContent, type VersionContent } from '@takaro/contracts/modules/executions';
import { LRUCache } from 'lru-cache';

/** The content of versions at a revision, which never changes. */
export interface VersionContents {
  /** @throws ServiceError VERSION_NOT_FOUND, UNAVAILABLE */
  get(domainId: string, versionId: string, revision: number): Promise<VersionContent>;
}

const KEPT_CHARS = 67_108_864;

export function createVersionContents(bus: Bus): VersionContents {
  const kept = new LRUCache<string, VersionContent>({
    maxSize: KEPT_CHARS,
    sizeCalculation: ({ functions }) => functions.reduce((sum, { code }) => sum + code.length, 1_024),
  });
  return {
    get: async (domainId, versionId, revision) => {
      const key = `${domainId}/${versionId}/${revision}`;
      const known = kept.get(key);
      if (known) return known;
      const token = await bus.serviceToken(domainId);
      const content = await bus.call(getVersionContent, { versionId, revision }, { domainId, token });
      kept.set(`${domainId}/${versionId}/${content.revision}`, content);
      return content;
    },
  };
}
