import { defineEntity, p } from '@mikro-orm/postgresql';
import { rowProperties } from './row-properties.ts';
import type { ServiceFiles } from './test-world.ts';

/** An entity and the migrations it stands on, for tests of this package. */
export const Thing = defineEntity({
  name: 'Thing',
  tableName: 'thing',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    amount: p.integer().nullable(),
    broken: p.boolean().default(false),
    ownerId: p.uuid().nullable(),
    secret: p.text().nullable().hidden(),
  },
});

export const THING_FILES: ServiceFiles = {
  'migrations/0001-create-thing.sql': `
    create table "thing" (
      "id" uuid constraint "thing_pkey" primary key,
      "name" text not null constraint "thing_name_key" unique,
      "amount" integer constraint "thing_amount_check" check ("amount" >= 0),
      "broken" boolean not null default false,
      "ownerId" uuid,
      "createdAt" timestamptz(3) not null default now(),
      "updatedAt" timestamptz(3) not null default now()
    );
    -- a comment at the end of a file without a line break`,
  'migrations/0002-keep-secrets.sql': `alter table "thing" add column "secret" text`,
};
