import { randomBytes } from 'node:crypto';
import { newId } from '@takaro/contracts/ids';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { expect, test } from 'vitest';
import { sealWith } from './order-seal.ts';

const order: ExecutionOrder = {
  domainId: 'heavy-otters-joke',
  trigger: 'hook',
  causeId: newId(),
  installationId: newId(),
  gameServerId: newId(),
  moduleId: newId(),
  versionId: newId(),
  componentId: newId(),
  componentName: 'ping',
  assignments: [{ executionId: newId(), assignmentId: newId(), functionId: newId() }],
  depth: 0,
  data: {},
};
const { seal, holds } = sealWith(randomBytes(32));

test('a sealed order is known again after its way over the bus, and when it is sealed anew', () => {
  const travelled: ExecutionOrder = JSON.parse(JSON.stringify(seal({ ...order, data: { 10: 'b', 2: 'a', deep: { text: 'ü"\\' } } })));

  expect(holds(travelled)).toBe(true);
  expect(holds(seal(travelled))).toBe(true);
});

test('an order that is made up, changed or sealed by another is not', () => {
  const sealed = seal(order);

  expect(holds(order)).toBe(false);
  expect(holds({ ...order, seal: '' })).toBe(false);
  expect(holds({ ...sealed, domainId: 'another-domain' })).toBe(false);
  expect(holds({ ...sealed, data: { ...sealed.data, more: 1 } })).toBe(false);
  expect(holds(sealWith(randomBytes(32)).seal(order))).toBe(false);
});
