import { describe, expect, test } from 'vitest';
import { bestMatch, contradicts, missingIds, namesSomebody, type PlatformIds, platformIdsOf } from './platform-ids.ts';

const nobody: PlatformIds = { platformId: null, steamId: null, epicOnlineServicesId: null, xboxLiveId: null };

describe('platform ids', () => {
  test.each(['', ' ', '0', '000000', '-1', 'UNKNOWN', 'n/a', 'Null', 'undefined', 'none', 'x'.repeat(256)])('%j names nobody', (id) => {
    const ids = platformIdsOf({ gameId: '1', name: 'A', steamId: id, epicOnlineServicesId: id, xboxLiveId: id, platformId: `steam:${id}` });

    expect(ids).toEqual(nobody);
    expect(namesSomebody(ids)).toBe(false);
  });

  test('a platform id without its platform names nobody', () => {
    expect(platformIdsOf({ gameId: '1', name: 'A', platformId: '76561' }).platformId).toBeNull();
    expect(platformIdsOf({ gameId: '1', name: 'A', platformId: 'steam:76561' }).platformId).toBe('steam:76561');
  });

  test('of two who share an id the one with the most believed one is meant', () => {
    const steam = { ...nobody, steamId: 's' };
    const epic = { ...nobody, epicOnlineServicesId: 'e' };

    expect(bestMatch([epic, steam], { ...nobody, steamId: 's', epicOnlineServicesId: 'e' })).toBe(steam);
    expect(bestMatch([epic, steam], { ...nobody, xboxLiveId: 'x' })).toBeUndefined();
  });

  test('ids contradict only where none that both know is the same', () => {
    const known = { ...nobody, steamId: 's', epicOnlineServicesId: 'e' };

    expect(contradicts(known, { ...nobody, steamId: 'other' })).toBe(true);
    expect(contradicts(known, { ...nobody, steamId: 'other', epicOnlineServicesId: 'e' })).toBe(false);
    expect(contradicts(known, { ...nobody, xboxLiveId: 'x' })).toBe(false);
    expect(missingIds(known, { ...nobody, xboxLiveId: 'x', steamId: 's' })).toEqual(['xboxLiveId']);
  });
});
