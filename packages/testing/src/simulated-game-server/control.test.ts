import { expect, test } from 'vitest';
import { openControl } from './control.ts';
import { startSimulatedGameServer } from './simulate.ts';

test('a person at the keyboard lets players speak, who join for it', async () => {
  const lines: string[] = [];
  // Nobody listens there; the game goes on without Takaro.
  await using game = startSimulatedGameServer({
    url: 'ws://127.0.0.1:1',
    identityToken: 'arena',
    registrationToken: 'none',
    log: (line) => lines.push(line),
  });
  await using control = await openControl(game, 0);
  const url = `http://127.0.0.1:${control.port}`;
  const post = (body: string) => fetch(`${url}/say`, { method: 'POST', body });

  expect((await post('{"player":"Alice","text":"/ping"}')).status).toBe(200);
  expect(lines).toEqual(['[game] Alice joined', '[game] Alice: /ping']);
  expect(await (await fetch(`${url}/players`)).json()).toMatchObject([{ name: 'Alice' }]);
  for (const body of ['', 'nonsense', '{}', '{"player":"","text":"x"}', '{"player":7,"text":"x"}'])
    expect((await post(body)).status).toBe(400);
  expect((await fetch(`${url}/elsewhere`)).status).toBe(400);
});
