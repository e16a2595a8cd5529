// From an event to what a customer should hear about it.
import { recipientOf } from './recipients.js';

const TEMPLATES = {
  'order.placed': 'order-placed',
  'order.cancelled': 'order-cancelled',
  'parcel.sent': 'parcel-sent',
};

export function toNotification(event) {
  const template = TEMPLATES[event.type];
  if (!template) return undefined;
  return {
    id: event.id,
    template,
    recipient: recipientOf(event),
    values: { order: event.order, total: event.total, carrier: event.carrier },
  };
}
