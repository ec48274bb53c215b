/** Without `urn:uuid:` in front and without braces: PostgreSQL takes some of those spellings and not others. */
export const isUuid = (text: string): boolean => UUID.test(text);

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** An object or a list: a bare value is no document. */
export function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** What JavaScript and PostgreSQL both take: from the year 1, without a 60th second, with an offset below 16 hours. */
export function isInstant(text: string): boolean {
  if (COMMON.test(text)) return true;
  const parts = INSTANT.exec(text);
  if (!parts) return false;
  const [, year = '', month = '', day = ''] = parts;
  return Number(day) <= 28 || Number(day) <= daysIn(Number(year), Number(month));
}

/** As `toISOString` writes it, on a day that each month has. */
const COMMON = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const INSTANT =
  /^(?!0000)(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[t ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-](?:0\d|1[0-5]):?[0-5]\d)$/i;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
