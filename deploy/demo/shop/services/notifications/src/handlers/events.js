// Order events come in here; the mail goes out later, the caller does not wait for it.
import { toNotification } from '../domain/notification.js';

export function createEventHandler({ dispatcher, log }) {
  return async function handleEvent(event) {
    const notification = toNotification(event);
    if (!notification) {
      log.info({ type: event.type }, 'event is not announced to customers');
      return { accepted: false };
    }
    dispatcher.enqueue(notification);
    return { accepted: true };
  };
}
