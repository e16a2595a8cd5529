// Puts the notifications service together and serves it.
import { createMailer } from './clients/mailer.js';
import { loadConfig } from './config.js';
import { createEventHandler } from './handlers/events.js';
import { createServer } from './http/server.js';
import { createLogger } from './log.js';
import { Dispatcher } from './queue/dispatcher.js';
import { loadTemplates } from './templates/registry.js';

const config = loadConfig(process.env);
const log = createLogger(config);
log.info(
  { version: config.version, environment: config.environment, commit: config.commit },
  'starting service=notifications',
);

const templates = await loadTemplates();
const mailer = createMailer({ from: config.sender, log });
const dispatcher = new Dispatcher({ templates, mailer, config, log });
const server = createServer({ log, routes: { 'POST /events': createEventHandler({ dispatcher, log }) } });

server.listen(config.port, '127.0.0.1', () => log.info({ port: config.port }, 'listening'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
