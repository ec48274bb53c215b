import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Api } from '@takaro/api';
import type { FastifyInstance } from 'fastify';
import { openApiOf } from './openapi.ts';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Takaro API</title>
    <link rel="stylesheet" href="/api/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/api/assets/swagger-ui-bundle.js"></script>
    <script src="/api/start.js"></script>
  </body>
</html>
`;

const START = `window.onload = () => SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', persistAuthorization: true });\n`;

/** `/openapi.json` and a page to read and try it, all of its assets served by us. */
export async function mountDocs(server: FastifyInstance, api: Api): Promise<void> {
  const document = JSON.stringify(openApiOf(api.operations));
  const assets = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  // Read once, so that a missing package shows at the start and not at the first visit.
  readFileSync(`${assets}/swagger-ui.css`);
  await server.register(fastifyStatic, { root: assets, prefix: '/api/assets/', index: false });
  server.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(document));
  server.get('/', async (_request, reply) => reply.redirect('/api.html'));
  server.get('/api.html', async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  server.get('/api/start.js', async (_request, reply) => reply.type('text/javascript').send(START));
}
