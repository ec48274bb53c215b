import { searchEvents } from '@takaro/contracts/events/rest';
import { searchAssignments } from '@takaro/contracts/modules/assignments';
import { triggerCronJob } from '@takaro/contracts/modules/cron-jobs';
import { type ExecutionWithLogs, getExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { uninstallModule } from '@takaro/contracts/modules/installations';
import { type Community, openCommunity } from '@takaro/testing/community';
import { startSystem, type System } from '@takaro/testing/system';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeModule, type Written } from './author.ts';

/** Ten times what it takes on a quiet machine, and more. */
const PATIENT = { timeout: 25_000, interval: 100 };

const HELPERS = `import { data, takaro } from '@takaro/helpers';`;
/** Says it in the game and on the console; a failing one throws after that. */
const speak = (text: string, end = ''): string => `${HELPERS}
await takaro.gameserver.gameServerControllerSendMessage(data.gameServerId, { message: ${text} });
console.log('said ' + ${text});
${end}`;
/** What the console tells of the call by itself. */
const CALL = [expect.stringMatching(/POST .*[/]message$/), expect.stringMatching(/POST .*[/]message 200/)];
const FAIL = `throw new Error('not today');`;

let system: System;
let community: Community;

beforeAll(async () => {
  system = await startSystem();
  community = await openCommunity(system, 'functions', ['Alice']);
}, 180_000);

afterAll(async () => {
  await community?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** What Alice reads on her screen that was not there before, as far as it begins like this. */
const messages = (start: string): string[] =>
  community.game
    .player('Alice')
    .seen.map(({ text }) => text)
    .filter((text) => text.includes(start));

/** The executions of a component in the order of its functions, once all of one trigger are over. */
async function executionsOf({ id, functionIds }: Written): Promise<ExecutionWithLogs[]> {
  const { root } = community;
  const rows = await vi.waitFor(async () => {
    const found = await root.call(searchExecutions, { filters: { componentId: [id], state: ['succeeded', 'failed'] } });
    expect(found.rows).toHaveLength(functionIds.length);
    return found.rows;
  }, PATIENT);
  const ofFunction = functionIds.map((functionId) => rows.find((row) => row.functionId === functionId)?.id ?? functionId);
  return Promise.all(ofFunction.map((executionId) => root.call(getExecution, { id: executionId })));
}

type ExecutedName = 'command-executed' | 'hook-executed' | 'cronjob-executed';

/** The events that tell of the executions of a module, oldest first. */
async function eventsOf(eventName: ExecutedName, moduleId: string, count: number) {
  return vi.waitFor(async () => {
    const found = await community.root.call(searchEvents, { filters: { eventName: [eventName], moduleId: [moduleId] } });
    expect(found.rows).toHaveLength(count);
    return found.rows.toReversed();
  }, PATIENT);
}

/** The first function failed, the second began when it was over and did its part. */
function expectFailedThenSucceeded([first, second, ...others]: readonly ExecutionWithLogs[], texts: readonly [string, string]): void {
  expect(others).toEqual([]);
  expect([first?.state, second?.state]).toEqual(['failed', 'succeeded']);
  expect(Date.parse(second?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.finishedAt ?? 'never'));
  expect(first?.logs.map(({ msg }) => msg)).toEqual([...CALL, `said ${texts[0]}`, 'not today']);
  expect(second?.logs.map(({ msg }) => msg)).toEqual([...CALL, `said ${texts[1]}`]);
  expect(first?.causeId).toBe(second?.causeId);
}

/** What the events say is what the executions were. */
async function expectTold(eventName: ExecutedName, moduleId: string, executions: readonly ExecutionWithLogs[]): Promise<void> {
  const events = await eventsOf(eventName, moduleId, executions.length);
  const told = new Map(events.map(({ meta }) => [Reflect.get(Object(meta?.['execution']), 'id'), meta?.['result']]));
  for (const { id, logs, state } of executions) expect(told.get(id)).toMatchObject({ success: state === 'succeeded', logs });
}

test('the two functions of a command run on what a player types, the second after the first, which fails', async () => {
  const { root, game } = community;
  const author = await writeModule(community, 'with a command');
  const command = await author.command(
    'do',
    [speak(`'command first ' + data.arguments.what`, FAIL), speak(`'command second ' + data.arguments.what`)],
    ['what'],
  );
  await author.install();
  game.say('Alice', '/do wonders');
  const executions = await executionsOf(command);

  const assignments = await root.call(searchAssignments, { filters: { command: [command.id] }, sortBy: 'position' });
  expect(assignments.rows.map(({ functionId, position }) => ({ functionId, position }))).toEqual(
    command.functionIds.map((functionId, position) => ({ functionId, position })),
  );
  expect(messages('command ')).toEqual([expect.stringContaining('first wonders'), expect.stringContaining('second wonders')]);
  expectFailedThenSucceeded(executions, ['command first wonders', 'command second wonders']);
  expect(executions.map(({ trigger, playerId }) => [trigger, playerId !== null])).toEqual([
    ['command', true],
    ['command', true],
  ]);
  await expectTold('command-executed', author.module.id, executions);
}, 60_000);

test('the two functions of a hook run on an event of the game, and not on another', async () => {
  const { game } = community;
  const author = await writeModule(community, 'with a hook');
  const first = speak(`'hook first heard ' + data.eventData.msg`, FAIL);
  const hook = await author.hook('chat-message', '^good (morning|evening)', [first, speak(`'hook second heard ' + data.player.name`)]);
  await author.install();
  game.say('Alice', 'goodbye');
  game.say('Alice', 'good morning');
  const executions = await executionsOf(hook);

  expect(messages('hook ')).toEqual([expect.stringContaining('first heard good morning'), expect.stringContaining('second heard Alice')]);
  expectFailedThenSucceeded(executions, ['hook first heard good morning', 'hook second heard Alice']);
  await expectTold('hook-executed', author.module.id, executions);
}, 60_000);

test('the two functions of a cron job run when somebody triggers it', async () => {
  const { root, gameServerId } = community;
  const author = await writeModule(community, 'with a cron job');
  const cronJob = await author.cronJob('0 0 1 1 *', [speak(`'cron job first'`, FAIL), speak(`'cron job second'`)]);
  await author.install();
  await root.call(triggerCronJob, { gameServerId, cronjobId: cronJob.id, moduleId: author.module.id });
  const executions = await executionsOf(cronJob);

  expect(messages('cron job ')).toEqual([expect.stringContaining('first'), expect.stringContaining('second')]);
  expectFailedThenSucceeded(executions, ['cron job first', 'cron job second']);
  await expectTold('cronjob-executed', author.module.id, executions);
}, 60_000);

test('both functions of a cron job run at every tick, in order, once per tick', async () => {
  const { root, gameServerId } = community;
  const author = await writeModule(community, 'with a fast cron job');
  const cronJob = await author.cronJob('*/2 * * * * *', [`console.log('first')`, `console.log('second')`]);
  await author.install();
  const search = () => root.call(searchExecutions, { filters: { componentId: [cronJob.id], state: ['succeeded'] }, sortBy: 'startedAt' });
  await vi.waitFor(async () => expect((await search()).total).toBeGreaterThanOrEqual(6), PATIENT);
  await root.call(uninstallModule, { moduleId: author.module.id, gameServerId });
  const ticks = Map.groupBy((await search()).rows, ({ causeId }) => causeId);

  const whole = [...ticks.values()].slice(0, 3);
  expect(whole).toHaveLength(3);
  for (const rows of whole) expect(rows.map(({ functionId }) => functionId)).toEqual(cronJob.functionIds);
}, 60_000);
