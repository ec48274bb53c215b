import type { ReferenceModel, TableModel } from './schema-model.ts';

const SERVICE = /^takaro_/;

/** `docs/data-model.md`: the tables of a tenant as the database has them. */
export const dataModelDocument = (tables: readonly TableModel[]): string =>
  [
    '# The data model',
    '',
    'Read from the schema of a freshly provisioned tenant: `npm run docs` writes this file, and a test fails when it is not true any more.',
    'A line between two tables is a foreign key, named by its columns; PK, FK and UK mark primary, foreign and unique keys.',
    '',
    ...ownersOf(tables),
    '',
    '```mermaid',
    erDiagram(tables),
    '```',
    '',
  ].join('\n');

function ownersOf(tables: readonly TableModel[]): string[] {
  const byOwner = Map.groupBy(tables, ({ owner }) => owner.replace(SERVICE, ''));
  const rows = [...byOwner].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [
    '| service | tables |',
    '| --- | --- |',
    ...rows.map(([owner, owned]) => `| ${owner} | ${owned.map(({ name }) => `\`${name}\``).join(', ')} |`),
  ];
}

/** A mermaid ER diagram of tables and of the foreign keys between them. */
export function erDiagram(tables: readonly TableModel[]): string {
  const blocks = tables.map((table) =>
    [`  ${table.name} {`, ...table.columns.map((column) => `    ${columnLine(table, column)}`), '  }'].join('\n'),
  );
  const lines = tables.flatMap((table) =>
    table.references.filter(({ schema }) => schema === null).map((one) => `  ${relation(table, one)}`),
  );
  return ['erDiagram', ...blocks, ...lines].join('\n');
}

function columnLine(table: TableModel, { name, type }: TableModel['columns'][number]): string {
  const marks = [
    ...(table.primaryKey.includes(name) ? ['PK'] : []),
    ...(table.references.some(({ columns }) => columns.includes(name)) ? ['FK'] : []),
    ...(table.uniqueKeys.some((columns) => columns.length === 1 && columns[0] === name) ? ['UK'] : []),
  ];
  return [type.replaceAll(' ', '_'), name, marks.join(', ')].filter((part) => part !== '').join(' ');
}

const sameColumns = (one: readonly string[], other: readonly string[]): boolean => one.toSorted().join() === other.toSorted().join();

function relation(table: TableModel, reference: ReferenceModel): string {
  const isUnique = [table.primaryKey, ...table.uniqueKeys].some((key) => sameColumns(key, reference.columns));
  const isOptional = table.columns.some(({ name, nullable }) => nullable && reference.columns.includes(name));
  return `${table.name} ${isUnique ? '|o' : '}o'}--${isOptional ? 'o|' : '||'} ${reference.table} : "${reference.columns.join(', ')}"`;
}
