import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { newId } from '@takaro/contracts/ids';
import { ingestSubject } from '@takaro/contracts/subjects';
import type { Fault } from '../fault.ts';
import { calm, complaintOfWait } from '../latency.ts';
import { complaintsOfGrowth, memoryOf, mostOf } from '../memory.ts';
import type { Target } from '../siege.ts';
import { lingerEverywhere } from './linger.ts';

const REPEATING_MS = 4_000;

export const repeat: Fault = {
  row: '14',
  name: 'every event is sent 2 to 10 times, over lines that are cut',
  recoveryS: 5,
  inflict: async ({ towns }, turn) => {
    for (const { community } of towns) community.game.repeatEvents(Math.min(2 * turn, 10));
    await delay(REPEATING_MS / 2);
    for (const { community } of towns) community.game.cutConnection();
    await delay(REPEATING_MS / 2);
    for (const { community } of towns) community.game.repeatEvents(1);
    return [];
  },
};

/** Longer than the stream waits for a sign of life, and than leases of executions last. */
const ASLEEP_MS = 12_000;

export const asleep = (target: Target): Fault => ({
  row: '15',
  name: `${target} stands still until its work is given to others, and goes on`,
  recoveryS: 10,
  inflict: async (siege, turn) => {
    const pid = siege.child(target).pid();
    if (pid === undefined) return [`${target} does not run`];
    if (target === 'runner') await lingerEverywhere(siege, turn);
    process.kill(pid, 'SIGSTOP');
    await delay(ASLEEP_MS);
    process.kill(pid, 'SIGCONT');
    return [];
  },
});

const POISONOUS = 20;

const poison: Fault = {
  row: '17',
  name: `${POISONOUS} messages in each town that nobody can read`,
  recoveryS: 5,
  inflict: async (siege) => {
    const { servers } = siege.system;
    const before = await calm();
    const from = Date.now();
    const authenticator = credsAuthenticator(await readFile(servers.nats.credentials.connectors));
    const nats = await connect({ servers: servers.natsUrl.split(','), authenticator, inboxPrefix: '_INBOX.connectors' });
    try {
      for (const { community } of siege.towns)
        for (let count = 0; count < POISONOUS; count += 1)
          await jetstream(nats).publish(ingestSubject(community.domainId, community.gameServerId, 'chat-message'), '{"broken":', {
            msgID: newId(),
          });
      siege.expectDead(siege.towns.length * POISONOUS);
    } finally {
      await nats.close();
    }
    await delay(2_000);
    return complaintOfWait(siege.towns, before, [from, Date.now()], 1.2);
  },
};

/** Of each second it works for 10 ms. */
const SLOW = { rounds: 12, stoppedMs: 990, runningMs: 10 };
const GROWTH = 2;
/** As nats-server says it of whoever does not take what it is sent. */
const CUT_OFF = /^nats.*slow consumer/i;

const slowConsumer: Fault = {
  row: '18',
  name: 'events works at a hundredth of its pace',
  recoveryS: 10,
  inflict: async (siege) => {
    const pid = siege.child('events').pid();
    if (pid === undefined) return ['events does not run'];
    const before = await memoryOf(siege.system);
    let most = before;
    const cutOff = new Set<string>();
    for (let round = 0; round < SLOW.rounds; round += 1) {
      process.kill(pid, 'SIGSTOP');
      await delay(SLOW.stoppedMs);
      process.kill(pid, 'SIGCONT');
      await delay(SLOW.runningMs);
      most = mostOf(most, await memoryOf(siege.system));
      for (const line of siege.system.lines()) if (CUT_OFF.test(line)) cutOff.add(line);
    }
    return [...complaintsOfGrowth(before, most, GROWTH), ...cutOff];
  },
};

const FLOOD = { perSecond: 1_000, ms: 3_000 };

const flood: Fault = {
  row: '19',
  name: 'one tenant floods with 1,000 events a second',
  recoveryS: 10,
  inflict: async ({ towns }) => {
    const [flooder, ...others] = towns;
    const before = await calm();
    const from = Date.now();
    for (let sent = 0; Date.now() - from < FLOOD.ms; await delay(20))
      for (const wanted = ((Date.now() - from) * FLOOD.perSecond) / 1_000; sent < wanted; sent += 1)
        flooder?.community.game.say('Alice', `flood ${sent}`);
    await delay(FLOOD.ms);
    return complaintOfWait(others, before, [from, Date.now()], 2);
  },
};

export const DELIVERY: readonly Fault[] = [repeat, asleep('players'), asleep('modules'), asleep('runner'), poison, slowConsumer, flood];

/** Another copy takes over meanwhile, and the first one must have no say any more. */
export const DELIVERY_TO_COPIES: readonly Fault[] = [asleep('runner'), asleep('modules'), asleep('players'), asleep('connectors')];
