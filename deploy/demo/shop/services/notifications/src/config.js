// What the deployment can set, and what holds when it does not.
const DEFAULTS = {
  port: 8087,
  sender: 'shop@example.org',
  locale: 'en',
  retries: 2,
};

export function loadConfig(env) {
  return {
    port: Number(env.PORT ?? DEFAULTS.port),
    sender: env.SENDER ?? DEFAULTS.sender,
    locale: env.DEFAULT_LOCALE ?? DEFAULTS.locale,
    retries: Number(env.MAIL_RETRIES ?? DEFAULTS.retries),
    environment: env.ENVIRONMENT ?? 'development',
    version: env.SERVICE_VERSION ?? 'dev',
    commit: env.SERVICE_COMMIT ?? 'unknown',
  };
}
