import { ALL_REQUESTS } from '@takaro/contracts/all';
import { newId } from '@takaro/contracts/ids';
import { matches } from '@takaro/contracts/validate';
import { expect, test } from 'vitest';
import { idInputs } from './id-inputs.ts';

const contractOf = (operation: string) => ALL_REQUESTS.find((one) => one.operation === operation) ?? expect.fail(operation);

/** Every place of some operations in whose inputs ids stand deep, in lists, or under names that do not end in `Id`. */
const PLACES: readonly (readonly [operation: string, places: readonly string[]])[] = [
  ['create-role', ['permissions.permissionId']],
  ['update-role', ['id', 'permissions.permissionId']],
  ['create-command', ['versionId', 'arguments.commandId']],
  ['update-command', ['id', 'arguments.commandId']],
  ['create-assignment', ['functionId', 'cronJob', 'hook', 'command']],
  ['search-assignments', ['functionId', 'cronJob', 'hook', 'command', 'id'].map((name) => `filters.${name}`)],
  ['export-module', ['id', 'versionIds']],
  ['heartbeat-executions', ['running.executionId']],
  // Those by which others know a user are texts.
  ['search-users', ['idpId', 'discordId', 'playerId', 'roleId', 'id'].map((name) => `filters.${name}`)],
];

test.for(PLACES)('ids are tried wherever %s takes one', ([operation, places]) => {
  const found = idInputs(contractOf(operation)).map(({ place }) => place);

  expect(found.toSorted()).toEqual(places.toSorted());
});

test('executions are looked for by what they were run again from, and events of a component by whom they name', () => {
  const places = ['search-executions', 'search-component-events'].flatMap((operation) => idInputs(contractOf(operation)));

  expect(places.map(({ place }) => place)).toEqual(expect.arrayContaining(['filters.rerunOf', 'componentId', 'search.filters.playerId']));
});

test('what is tried is valid, and holds the id', () => {
  const id = newId();
  for (const contract of ['create-role', 'create-command', 'heartbeat-executions', 'search-assignments'].map(contractOf)) {
    for (const { place, of } of idInputs(contract)) {
      const input = of(id, 'a-domain');

      expect(matches(contract.input, input), place).toBe(true);
      expect(JSON.stringify(input), place).toContain(id);
    }
  }
});
