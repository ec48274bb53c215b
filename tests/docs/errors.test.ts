import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorsDocument } from './errors-document.ts';

test('docs/errors.md tells every error code and who answers it', async () => {
  await expect(errorsDocument()).toMatchFileSnapshot(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)));
});
