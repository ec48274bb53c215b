import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Change, changed, WITHOUT, WITHOUT_IN_TESTS } from './without.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test.each(
  Object.entries({ ...WITHOUT, ...WITHOUT_IN_TESTS }).flatMap(([name, changes]) =>
    changes.map((change: Change) => [name, change.file, change] as const),
  ),
)('the control without %s finds in %s what it takes out', async (_, file, change) => {
  const source = await readFile(join(ROOT, file), 'utf8');

  expect(changed(source, change)).not.toBe(source);
  expect(source.split(change.from)).toHaveLength(2);
});

test('a control that finds nothing to take out fails', () => {
  expect(() => changed('', WITHOUT.acceptance[0])).toThrow('is not in services/connectors/src/events/intake.ts');
});
