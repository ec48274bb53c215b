/** Text as PostgreSQL can keep it: without the character NUL, and with halves of characters replaced. What comes from games may hold either. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '');
