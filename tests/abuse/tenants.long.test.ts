import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { AnyRequest } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import { PERMISSIONS, type PermissionCode } from '@takaro/contracts/permissions';
import { rawRequest } from '@takaro/testing/raw-request';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { startAllServices } from '../all-services.ts';
import { furnish } from '../refusals/furnish.ts';
import { idInputs } from '../refusals/id-inputs.ts';
import { type AttackVerdict, expectRefused } from './attack.ts';

const test = worldTest(startAllServices);

const ofDomain = ALL_REQUESTS.filter(({ access, rest }) => access.kind === 'domain' && rest !== undefined);
const reading = ofDomain.filter(({ rest }) => rest?.method === 'GET' && rest.path.endsWith('/:id'));

const permissionsOf = ({ access }: AnyRequest): readonly PermissionCode[] => (access.kind === 'domain' ? access.permissions : []);

async function idsIn(world: World, domainId: string): Promise<string[]> {
  const schema = `domain_${domainId}`;
  const tables = await world.adminSql<{ name: string }>(
    `select table_name as "name" from information_schema.columns where table_schema = $1 and column_name = 'id' and data_type = 'uuid'`,
    [schema],
  );
  const rows = tables.map(({ name }) => world.adminSql<{ id: string }>(`select id from "${schema}"."${name}" limit 1`));
  return (await Promise.all(rows)).flat().map(({ id }) => id);
}

/** How many operations answer an id of the victim's otherwise than one that nothing has. Every operation: `tests/refusals`. */
async function askForIds(world: World, { as, ids }: { as: string; ids: readonly string[] }): Promise<AttackVerdict> {
  const { nats } = await world.busFor('gateway');
  const token = await world.tokens.user(as);
  const gist = async (contract: AnyRequest, input: unknown): Promise<string> => {
    const { code, body } = await rawRequest(nats, contract, { domainId: as, token, payload: JSON.stringify(input) });
    return `${code} ${JSON.stringify(body)}`.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>');
  };
  let tellers = 0;
  for (const contract of reading) {
    for (const { of } of idInputs(contract)) {
      const unknown = await gist(contract, of(newId(), as));
      const told = await Promise.all(ids.map((id) => gist(contract, of(id, as))));
      if (told.some((one) => one !== unknown)) tellers += 1;
    }
  }
  return { harmed: tellers > 0, seen: `${tellers} of ${reading.length} operations told one` };
}

test('28: the token of one tenant on every route with the ids of another', { timeout: 120_000 }, async ({ world, task }) => {
  const [home, victim] = [await world.domain(), await world.domain()];
  await furnish(world, victim.id);
  const ids = await idsIn(world, victim.id);

  await expectRefused(task, {
    row: 28,
    attack: "reading by another tenant's ids",
    tried: `${reading.length} operations with ${ids.length} kinds of ids`,
    refusedBy: 'a schema for each tenant',
    guarded: () => askForIds(world, { as: home.id, ids }),
    control: { without: 'being another tenant', attempt: () => askForIds(world, { as: victim.id, ids }) },
  });
});

/** Who asks with a broken input is told of it only when he may ask at all, and nothing is done. */
async function mayAsk(world: World, contract: AnyRequest, domainId: string, permissions: readonly string[]): Promise<boolean> {
  const { nats } = await world.busFor('gateway');
  const token = await world.tokens.user(domainId, permissions);
  return (await rawRequest(nats, contract, { domainId, token, payload: '"broken"' })).code === 'INVALID_MESSAGE';
}

async function askWith(world: World, domainId: string, granted: (code: PermissionCode) => readonly string[]): Promise<AttackVerdict> {
  let [asked, wrong] = [0, 0];
  for (const contract of ofDomain) {
    const needed = permissionsOf(contract);
    const rows = PERMISSIONS.filter((code) => code !== 'ROOT').map(async (code) => {
      const shall = needed.every((one) => one === code);
      return (await mayAsk(world, contract, domainId, granted(code))) === shall;
    });
    const told = await Promise.all(rows);
    asked += told.length;
    wrong += told.filter((isRight) => !isRight).length;
  }
  return { harmed: wrong > 0, seen: `${wrong} of ${asked} cells differ` };
}

test('29: each permission on each route', { timeout: 120_000 }, async ({ world, domain, task }) => {
  await expectRefused(task, {
    row: 29,
    attack: 'more than a role permits',
    tried: `${ofDomain.length} operations with each permission alone`,
    refusedBy: 'the table of permissions',
    guarded: () => askWith(world, domain.id, (code) => [code]),
    control: { without: 'the difference to ROOT', attempt: () => askWith(world, domain.id, () => ['ROOT']) },
  });
});
