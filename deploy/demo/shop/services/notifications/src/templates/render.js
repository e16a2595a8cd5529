// Fills a template with the values of one notification.
import { fill } from '../../vendor/tinystache/index.js';

export function render(template, notification) {
  const values = { ...notification.values, name: notification.recipient.name };
  return {
    subject: fill(template.subject, values),
    text: template.paragraphs.map((paragraph) => fill(paragraph, values)).join('\n\n'),
  };
}
