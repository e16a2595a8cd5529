// Who gets the mail.
export function recipientOf(event) {
  return {
    name: event.customerName,
    address: event.customerEmail,
    locale: event.locale,
  };
}
