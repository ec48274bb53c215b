import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deleteDomain } from '@takaro/contracts/tenancy/domains';
import { expect, test } from 'vitest';
import { createRestClient } from './rest-client.ts';

test('what stands in the query of an operation is sent there, and not in a body', async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    seen.push([request.method, request.url]);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ meta: {}, data: {} }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const api = createRestClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  await api.call(deleteDomain, { id: 'heavy-otters-joke', hardDelete: true });
  await api.call(deleteDomain, { id: 'heavy-otters-joke' });

  expect(seen).toEqual([
    ['DELETE', '/domain/heavy-otters-joke?hardDelete=true'],
    ['DELETE', '/domain/heavy-otters-joke'],
  ]);
  await new Promise((resolve) => server.close(resolve));
});
