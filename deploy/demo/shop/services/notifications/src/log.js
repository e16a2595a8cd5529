// One JSON object a line on standard output; numbers for levels, as our log pipeline expects.
const LEVELS = { info: 30, warn: 40, error: 50 };

export function createLogger(config) {
  const base = {
    service: 'notifications',
    env: config.environment,
    version: config.version,
  };
  const write = (level) => (fields, msg) => {
    const { err, ...rest } = fields;
    const entry = { level: LEVELS[level], time: Date.now(), ...base, ...rest, msg };
    if (err) entry.err = { type: err.constructor.name, message: err.message, stack: fullStack(err) };
    process.stdout.write(`${JSON.stringify(entry)}\n`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

function fullStack(err) {
  return err.cause ? `${err.stack}\nCaused by: ${fullStack(err.cause)}` : err.stack;
}
