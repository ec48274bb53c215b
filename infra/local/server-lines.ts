/** What a server says at every start is of no use to a person who reads the log of the whole: none of it is shown unless it is a warning. */
const NATS_LINE = /^\[\d+\] \S+ \S+ \[(?<level>[A-Z]{3})\] (?<text>.*)$/;
const POSTGRES_LINE = /^\d{4}-\S+ \S+ \S+ \[\d+\] (?<level>[A-Z0-9]+): +(?<text>.*)$/;
const MILESTONES = /^(Server is ready|Initiating Shutdown|database system is ready|database system was not|database system is shut down)/;

const shorten = (pattern: RegExp, quiet: string, line: string): string | undefined => {
  const { level, text } = pattern.exec(line)?.groups ?? {};
  if (level === undefined || text === undefined) return line;
  if (level !== quiet) return `${level} ${text}`;
  return MILESTONES.test(text) ? text : undefined;
};

/** A line of nats-server without its time, or nothing. */
export const shortenNats = (line: string): string | undefined => shorten(NATS_LINE, 'INF', line);

/** A line of PostgreSQL without its time, or nothing. */
export const shortenPostgres = (line: string): string | undefined => shorten(POSTGRES_LINE, 'LOG', line);
