import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { keepStreams } from '@takaro/infra/nats/keeper';
import { test as base, expect } from 'vitest';
import { openThreeServers } from './three-servers.ts';

const PATIENT = { timeout: 300_000, interval: 250 };
const REPLICAS = 3;
const LANES = [0, 1, 2, 3];
const RETRY_MS = 200;

const test = base.extend('cluster', async ({}, { onCleanup }) => {
  const open = new AsyncDisposableStack();
  onCleanup(() => open.disposeAsync());
  return openThreeServers(open, { shrink: 64, replicas: REPLICAS });
});

/** Sends to each lane until it is aborted. Answers what the stream has taken. */
async function send(js: JetStreamClient, over: AbortSignal): Promise<string[]> {
  const taken: string[] = [];
  const sendOne = async (lane: number, text: string): Promise<void> => {
    for (;;) {
      const sent = await js.publish(`ingest.a-domain.${lane}.g.chat-message`, text, { msgID: text }).catch(() => undefined);
      if (sent) break;
      await delay(RETRY_MS);
    }
    taken.push(text);
  };
  const all: Promise<void>[] = [];
  for (let number = 0; !over.aborted; number += 1) {
    all.push(...LANES.map((lane) => sendOne(lane, `${lane}-${number}`)));
    await delay(15);
  }
  await Promise.all(all);
  return taken;
}

/** Reads one lane until it is aborted, as long as it takes. */
async function read(js: JetStreamClient, lane: number, { got, over }: { got: Set<string>; over: AbortSignal }): Promise<void> {
  while (!over.aborted) {
    try {
      const consumer = await js.consumers.get('INGEST', `players-${lane}`);
      const held: JsMsg[] = [];
      for await (const message of await consumer.fetch({ max_messages: 64, expires: 1_500 })) held.push(message);
      for (const message of held) {
        got.add(message.string());
        message.ack();
      }
    } catch {
      await delay(RETRY_MS);
    }
  }
}

test(
  'while servers come and go no consumer is made anew; afterwards all is given that was taken',
  { timeout: 600_000 },
  async ({ cluster }) => {
    const { url, setupCredentials, connection, nodes } = cluster;
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 3_000 });
    const js = jetstream(connection, { timeout: 3_000 });
    const sendingOver = new AbortController();
    const readingOver = new AbortController();
    const got = new Set<string>();
    const lines: string[] = [];
    await using _ = await keepStreams({
      url,
      setupCredentials,
      replicas: REPLICAS,
      everyMs: 200,
      calmMs: 10_000,
      log: (line) => lines.push(line),
    });
    const sending = send(js, sendingOver.signal);
    const reading = LANES.map((lane) => read(js, lane, { got, over: readingOver.signal }));

    for (const node of [...nodes, ...nodes, ...nodes]) {
      const { letGo } = await node.hold('SIGKILL');
      await delay(500);
      letGo();
      await delay(5_000);
    }
    const madeAnew = lines.filter((line) => line.includes('made anew'));
    expect(madeAnew).toEqual([]);
    sendingOver.abort();
    const taken = await sending;

    const missed = () => taken.filter((text) => !got.has(text)).length;
    await expect.poll(missed, PATIENT).toBe(0);
    // What nats-server brought back is given again, and goes.
    const left = () => manager.streams.info('INGEST').then(({ state }) => state.messages, String);
    await expect.poll(left, PATIENT).toBe(0);
    readingOver.abort();
    await Promise.all(reading);
  },
);
