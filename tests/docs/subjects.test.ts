import { fileURLToPath } from 'node:url';
import { subjectsDocument } from '@takaro/infra/nats/subjects-document';
import { expect, test } from 'vitest';

test('docs/subjects.md tells every subject of the contracts and who may use it', async () => {
  await expect(subjectsDocument()).toMatchFileSnapshot(fileURLToPath(new URL('../../docs/subjects.md', import.meta.url)));
});
