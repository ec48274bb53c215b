/** What is to happen: a condition that always holds, another table, another statement, waiting, an error that tells, a way out of a name. */
const PAYLOADS = [
  'or 1=1',
  "or '1'='1",
  'or true',
  "or 'a' like 'a%",
  'and 1=0 union select gen_random_uuid()',
  'union select "id" from "takaro_tenancy"."identity"',
  'union all select null',
  'union select rolpassword::uuid from pg_authid',
  '; drop table "player" cascade',
  '; drop schema public cascade',
  '; delete from "player"',
  '; update "player" set "name" = null',
  '; create role evil superuser',
  '; alter role takaro_players superuser',
  '; set role takaro_tenants',
  '; set search_path to public',
  '; copy (select 1) to program $$touch /tmp/evil$$',
  '; select pg_sleep(5)',
  'and pg_sleep(5) is null',
  '|| (select pg_sleep(5))',
  'and 1=(select 1 from pg_sleep(5))',
  'and 1=cast((select version()) as int)',
  'and 1/0=1',
  ') or (1=1',
  '; commit; drop table "hook"',
  '; rollback',
  '; listen evil',
  '; grant all on schema public to public',
  '; do $$ begin perform pg_sleep(5); end $$',
  'returning *',
  'order by 99',
];

/** How the text before it is left. */
const EXITS = ["'", '"', "')", '")', "'))", '`', "\\'", "''", "x' ", '$$', "%' ", '"."', ''];

/** How what comes after is made harmless. */
const ENDS = [' --', ' #', '/*', ';', ''];

/** Texts of their own kind: encodings, patterns, placeholders and names of schemas. */
const SINGLES = [
  "E'\\x27 or 1=1",
  '\u02bc or 1=1 --',
  '\uff07 or 1=1 --',
  '%27%20or%201=1',
  '&#39; or 1=1',
  "'\u200b or 1=1",
  '%',
  '_',
  '%_%\\',
  '$1',
  '$1; select 1',
  '{schema}',
  '{platform}',
  ':name',
  '?',
  '??',
  'domain_x"."player',
  '"domain_x"',
  'x"; drop schema "domain_x" cascade; --',
  'pg_catalog',
  'public',
  'information_schema',
  '../takaro_tenancy',
  'takaro_tenancy',
  '__proto__',
  'constructor',
  'id; select 1',
  'id desc nulls first, (select 1)',
  '(select "id" from "player")',
  'name asc; drop table "player"',
  '1',
  'null',
];

const COMBINED = EXITS.flatMap((exit) => PAYLOADS.flatMap((payload) => ENDS.map((end) => `${exit} ${payload}${end}`)));

const WANTED = 500;

/** 500 strings in the manner of sqlmap: every payload, every way out and every end, spread evenly over their combinations. */
export const SQL_CORPUS: readonly string[] = [
  ...SINGLES,
  ...Array.from({ length: WANTED - SINGLES.length }, (_, index) => COMBINED[(index * 41) % COMBINED.length] ?? ''),
];
