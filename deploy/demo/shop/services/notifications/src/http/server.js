// A JSON server over node:http: a table of routes, every failure logged once.
import http from 'node:http';

export function createServer({ routes, log }) {
  return http.createServer(async (request, response) => {
    const started = performance.now();
    const { status, answer } = await respond(request, routes, log);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    log.info(
      { method: request.method, url: request.url, status, ms: Math.round(performance.now() - started) },
      'request',
    );
  });
}

async function respond(request, routes, log) {
  const handler = routes[`${request.method} ${request.url}`];
  if (request.url === '/health') return { status: 200, answer: { status: 'ok' } };
  if (!handler) return { status: 404, answer: { error: 'no such path' } };
  try {
    return { status: 202, answer: await handler(await readJson(request)) };
  } catch (err) {
    log.error({ err, url: request.url }, 'request failed');
    return { status: 500, answer: { error: 'internal error' } };
  }
}

async function readJson(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
