import { expect } from 'vitest';
import { restTest } from './rest-world.ts';
import { foreignIn, loadBoth, openTenant, type Tenant } from './two-tenants.ts';

const CLIENTS = 50;
const REQUESTS_EACH = 5;

const test = restTest().extend<{ tenants: readonly [Tenant, Tenant] }>({
  tenants: [
    async ({ rest }, use) => {
      const other = await rest.openDomain();
      await use([await openTenant(rest, 'otterly'), await openTenant(other, 'badgerly')]);
    },
    { scope: 'file' },
  ],
});

test(
  'fifty clients of each of two tenants at once, reading and writing, are shown nothing of the other',
  { timeout: 180_000 },
  async ({ tenants }) => {
    const { leaks, good, refused } = await loadBoth(tenants, { clients: CLIENTS, requestsEach: REQUESTS_EACH });

    expect(leaks).toEqual([]);
    expect(good.reads, JSON.stringify([...refused])).toBeGreaterThan(CLIENTS * REQUESTS_EACH * 0.5);
    expect(good.writes).toBeGreaterThan(CLIENTS * 0.5);
  },
);

test('an answer that shows something of the other is found', async ({ tenants: [own, other] }) => {
  const [player = ''] = other.players;
  const shown = await other.domain.ask('GET', `/player/${player}`);
  const text = JSON.stringify(shown.body);

  expect(foreignIn(text, '', other)).toEqual([player, other.mark]);
  expect(foreignIn(text, `/player/${player}`, other), 'by its name, though its id was sent').toEqual([other.mark]);
  expect(foreignIn(text, '', own), 'and what is its own is not foreign').toEqual([]);
  const mixed: Tenant = { ...own, domain: other.domain };
  expect((await loadBoth([mixed, other], { clients: 3, requestsEach: 10 })).leaks.length).toBeGreaterThan(0);
});
