import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import { newId } from '@takaro/contracts/ids';
import { storable } from '@takaro/tenant-db';
import type { Target } from '../ask-game.ts';
import type { Parts } from '../parts.ts';

interface Thing {
  readonly code: string;
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Rows of one statement. */
const AT_ONCE = 5_000;

/** What a game does not list any more stays: others refer to it. */
export async function syncItems(parts: Parts, target: Target): Promise<void> {
  const listed = await parts.askGame(target, ACTIONS.listItems, {});
  await store(parts, target, {
    things: listed,
    text: `insert into {schema}."item" as "known" ("id", "gameServerId", "code", "name", "description")
      select "id", $1, "code", "name", "description"
        from jsonb_to_recordset($2::jsonb) as r ("id" uuid, "code" text, "name" text, "description" text)
      on conflict ("gameServerId", "code")
      do update set "name" = excluded."name", "description" = excluded."description", "updatedAt" = now()
      where ("known"."name", "known"."description") is distinct from (excluded."name", excluded."description")`,
  });
}

export async function syncEntities(parts: Parts, target: Target): Promise<void> {
  const listed = await parts.askGame(target, ACTIONS.listEntities, {});
  await store(parts, target, {
    things: listed,
    text: `insert into {schema}."entity" as "known" ("id", "gameServerId", "code", "name", "description", "type", "metadata")
      select "id", $1, "code", "name", "description", "type", "metadata" from jsonb_to_recordset($2::jsonb)
        as r ("id" uuid, "code" text, "name" text, "description" text, "type" text, "metadata" jsonb)
      on conflict ("gameServerId", "code") do update set "name" = excluded."name", "description" = excluded."description",
        "type" = excluded."type", "metadata" = excluded."metadata", "updatedAt" = now()
      where ("known"."name", "known"."description", "known"."type", "known"."metadata")
        is distinct from (excluded."name", excluded."description", excluded."type", excluded."metadata")`,
  });
}

interface Storing {
  readonly things: readonly Thing[];
  readonly text: string;
}

/** Of several with the same code the last holds: one statement cannot write a row twice. */
async function store({ db }: Parts, { domainId, gameServerId }: Target, { things, text }: Storing): Promise<void> {
  const byCode = new Map(storable(things).map((thing) => [thing.code, thing]));
  const rows = [...byCode.values()].map((thing) => ({ id: newId(), ...thing }));
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    await db.sql(domainId, text, [gameServerId, JSON.stringify(rows.slice(start, start + AT_ONCE))]);
  }
}
