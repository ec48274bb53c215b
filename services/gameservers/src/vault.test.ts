import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openConnectionInfo, readConnectionInfo, sealConnectionInfo } from './connection-info.ts';
import { isSealed, openVault } from './vault.ts';

const key = () => randomBytes(32).toString('base64');

test('what is sealed for a place opens there and nowhere else', () => {
  const vault = openVault(key());
  const sealed = vault.seal('hunter2', 'domain/server/rconPassword');

  expect(sealed).not.toContain('hunter2');
  expect(vault.open(sealed, 'domain/server/rconPassword')).toBe('hunter2');
  expect(() => vault.open(sealed, 'domain/other/rconPassword')).toThrow();
});

test('what was altered does not open', () => {
  const vault = openVault(key());
  const sealed = vault.seal('hunter2', 'here');
  const altered = `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'B' : 'A'}`;
  expect(() => vault.open(altered.slice(0, -4), 'here')).toThrow();
});

test('while a key is rotated, the new one seals and both open', () => {
  const [older, newer] = [key(), key()];
  const sealedBefore = openVault(older).seal('hunter2', 'here');
  const rotated = openVault(`${newer}\n${older}\n`);

  expect(rotated.open(sealedBefore, 'here')).toBe('hunter2');
  expect(openVault(newer).open(rotated.seal('hunter3', 'here'), 'here')).toBe('hunter3');
  expect(() => openVault(newer).open(sealedBefore, 'here')).toThrow('which is not in the file of TAKARO_SECRETS_KEY_FILE');
});

test('a key file without a key, or with one of another length, is refused', () => {
  expect(() => openVault(' \n')).toThrow('TAKARO_SECRETS_KEY_FILE');
  expect(() => openVault('c2hvcnQ=')).toThrow('32 bytes');
});

test('only the secret fields of connection details are sealed', () => {
  const vault = openVault(key());
  const details = { host: '203.0.113.1', rconPort: 28_016, rconPassword: 'hunter2', useTls: true };
  const sealed = sealConnectionInfo(vault, details, 'domain/server');

  expect(sealed).toMatchObject({ host: '203.0.113.1', rconPort: 28_016, useTls: true });
  expect(isSealed(sealed['rconPassword'])).toBe(true);
  expect(openConnectionInfo(vault, sealed, 'domain/server')).toEqual(details);
});

test('a text that only looks sealed is left alone', () => {
  const vault = openVault(key());
  const details = { host: 'sealed:1234:abcd', adminToken: 'sealed:1234:abcd' };
  expect(openConnectionInfo(vault, sealConnectionInfo(vault, details, 'here'), 'here')).toEqual(details);
});

test('connection details are JSON of an object that the type can use', () => {
  expect(readConnectionInfo('GENERIC', '{}')).toEqual({});
  for (const text of ['', 'nonsense', '[]', 'null', '"x"']) {
    expect(() => readConnectionInfo('GENERIC', text)).toThrow(expect.objectContaining({ code: 'CONNECTION_INFO_INVALID' }));
  }
  expect(() => readConnectionInfo('RUST', '{"host":"h"}')).toThrow(/rconPassword/);
});
