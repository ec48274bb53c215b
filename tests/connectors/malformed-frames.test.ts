import { worldTest } from '@takaro/testing/world-test';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, startConnectorsUnderTest } from './connectors-world.ts';
import { openSocket } from './socket.ts';

let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined);
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world);
});

test.for(['', 'nonsense', 'null', '7', '[]', '{}', '{"type":"heartbeat"}', '{"type":7}', '{"type":"response","requestId":"x"}', '\u0000'])(
  'the frame %j is ignored',
  async (text) => {
    await using socket = await openSocket(connectors.port);
    socket.sendRaw(text);
    await socket.pong();
    expect(socket.frames.map(({ type }) => type)).toEqual(['connected', 'pong']);
  },
);

const anyFrame = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 4 }),
  fc
    .record({
      type: fc.constantFrom('gameEvent', 'response', 'error', 'ping', 'pong', '__proto__', 'constructor'),
      requestId: fc.option(fc.string({ maxLength: 40 })),
      payload: fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record({
          type: fc.constantFrom('log', 'chat-message', 'player-death', 'entity-killed', 'player-connected', '__proto__', 'toString'),
          data: fc.oneof(
            fc.jsonValue({ maxDepth: 3 }),
            fc.record({ player: fc.jsonValue({ maxDepth: 3 }), channel: fc.jsonValue(), msg: fc.jsonValue() }),
          ),
          streamId: fc.jsonValue(),
          seq: fc.jsonValue(),
        }),
      ),
    })
    .map((frame) => JSON.stringify(frame)),
);

test('whatever an identified socket sends, it is answered in the protocol or not at all, and the next one is heard', async () => {
  await using socket = await openSocket(connectors.port);
  await socket.identify('fuzzing-server');

  await fc.assert(
    fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 20 }), async (sent) => {
      for (const text of sent) socket.sendRaw(text);
      socket.sendRaw('{"type":"ping"}');
      await socket.take('pong', 10_000);
      expect(socket.isOpen()).toBe(true);
      expect(socket.frames.every(({ type }) => ['connected', 'identifyResponse', 'error', 'pong'].includes(type))).toBe(true);
      expect(socket.texts.join()).not.toContain('Internal error');
    }),
    { numRuns: 100 },
  );
});
