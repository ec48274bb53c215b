/** What a function holds that was made without code. */
export const DEFAULT_CODE = `import { data, takaro } from '@takaro/helpers';

async function main() {
}

await main();
`;
