import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openHashProcess } from './hash-process.ts';

const SALT = Buffer.alloc(16, 7).toString('base64');
const open = () => openHashProcess(pino({ level: 'silent' }));

/** Processes that this one started, on systems that tell. */
const started = (): string[] =>
  readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((pid) => pid !== '' && /hashing\/child/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))),
  );
const canTell = existsSync(`/proc/self/task/${process.pid}/children`);

test('equal passwords with one salt give one text, and others another', async () => {
  await using hashing = open();
  const [one, same, other] = await Promise.all([hashing.hash('otter', SALT), hashing.hash('otter', SALT), hashing.hash('badger', SALT)]);

  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('what hashing burns is what others leave', async () => {
  if (!canTell) return;
  await using hashing = open();
  await hashing.hash('otter', SALT);
  const [pid] = started();

  expect(getPriority(Number(pid))).toBe(10);
  if (existsSync('/proc/self/autogroup')) await expect.poll(() => readFileSync(`/proc/${pid}/autogroup`, 'utf8')).toContain('nice 10');
});

test('when its process is killed, who waits is told to come back, and the next hash is made', async () => {
  if (!canTell) return;
  await using hashing = open();
  await hashing.hash('otter', SALT);
  const [pid] = started();
  process.kill(Number(pid), 'SIGSTOP');
  const waiting = hashing.hash('otter', SALT);
  process.kill(Number(pid), 'SIGKILL');

  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await hashing.hash('otter', SALT)).toMatch(/^\$argon2id/);
});

test('its process ends with it', async () => {
  if (!canTell) return;
  const hashing = open();
  await hashing.hash('otter', SALT);
  expect(started()).toHaveLength(1);
  await hashing[Symbol.asyncDispose]();

  expect(started()).toHaveLength(0);
});
