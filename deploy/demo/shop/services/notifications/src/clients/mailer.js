// Hands mails to the relay, which is busy now and then.
import { setTimeout as pause } from 'node:timers/promises';

const BUSY_EVERY = 9;

export function createMailer({ from, log }) {
  let sent = 0;

  async function send({ to, subject, text }) {
    const envelope = { from, to: normalise(to), bytes: Buffer.byteLength(text) };
    await pause(2);
    sent += 1;
    if (sent % BUSY_EVERY === 0) {
      const busy = new Error('451 relay is busy');
      busy.temporary = true;
      throw busy;
    }
    log.info({ to: envelope.to, subject, bytes: envelope.bytes }, 'mail accepted');
  }

  return { send };
}

function normalise(address) {
  const [local, domain] = address.trim().split('@');
  return `${local}@${domain.toLowerCase()}`;
}
