import { expect, test } from 'vitest';
import { resolveSetting } from './setting-rows.ts';

test.each([
  ['stored nowhere is the default', null, null, { value: '/', type: 'default' }],
  ['stored for the domain is global', '!', null, { value: '!', type: 'global' }],
  ['a game server inherits from the domain', '!', { value: null }, { value: '!', type: 'inherit' }],
  ['a game server overrides the domain', '!', { value: '?' }, { value: '?', type: 'override' }],
  ['a game server overrides the default', null, { value: '?' }, { value: '?', type: 'override' }],
  ['an empty text of a game server is no override', '!', { value: '' }, { value: '!', type: 'inherit' }],
  ['an empty text of a game server falls to the default', null, { value: '' }, { value: '/', type: 'default' }],
  ['an empty text of the domain is stored', '', null, { value: '', type: 'global' }],
])('%s', (_title, ofDomain, ofServer, expected) => {
  expect(resolveSetting('commandPrefix', { ofDomain, ofServer })).toMatchObject(expected);
});
