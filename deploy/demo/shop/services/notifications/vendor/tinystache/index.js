// tinystache 2.0.1, a copy: fills {{name}} in a text.
const FIELD = /\{\{\s*(\w+)\s*\}\}/g;

export function fill(text, values) {
  return text.replace(FIELD, (whole, name) => values[name] ?? whole);
}
