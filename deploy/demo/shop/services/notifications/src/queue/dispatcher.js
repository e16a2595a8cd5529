// Takes notifications one after another and sends each, again if the mail server hiccups.
import { render } from '../templates/render.js';

export class Dispatcher {
  #pending = [];
  #running = false;

  constructor({ templates, mailer, config, log }) {
    this.templates = templates;
    this.mailer = mailer;
    this.config = config;
    this.log = log;
  }

  enqueue(notification) {
    this.#pending.push(notification);
    if (!this.#running) {
      this.#running = true;
      setImmediate(() => this.#drain());
    }
  }

  async #drain() {
    while (this.#pending.length > 0) {
      const notification = this.#pending.shift();
      await this.deliver(notification);
    }
    this.#running = false;
  }

  async deliver(notification) {
    const locale = notification.recipient.locale ?? this.config.locale;
    const mail = this.compose(notification, locale);
    try {
      await this.#send(mail, this.config.retries);
      this.log.info({ id: notification.id, template: notification.template, locale }, 'notification sent');
    } catch (err) {
      this.log.error({ err, id: notification.id, template: notification.template }, 'notification not sent');
    }
  }

  compose(notification, locale) {
    try {
      const template = this.templates.find(notification.template, locale);
      return { to: notification.recipient.address, ...render(template, notification) };
    } catch (err) {
      throw new Error(`cannot compose ${notification.template} for event ${notification.id}`, { cause: err });
    }
  }

  async #send(mail, retriesLeft) {
    try {
      await this.mailer.send(mail);
    } catch (err) {
      if (!err.temporary || retriesLeft === 0) throw err;
      this.log.warn({ to: mail.to, retriesLeft, reason: err.message }, 'mail server is busy, sending again');
      await this.#send(mail, retriesLeft - 1);
    }
  }
}
