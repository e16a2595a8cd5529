// Templates by language and name, read once at the start.
import { readdir, readFile } from 'node:fs/promises';

const ROOT = new URL('./files/', import.meta.url);

export class TemplateRegistry {
  #byLocale = new Map();

  add(locale, name, template) {
    if (!this.#byLocale.has(locale)) this.#byLocale.set(locale, new Map());
    this.#byLocale.get(locale).set(name, template);
  }

  find(name, locale) {
    return this.#byLocale.get(locale)?.get(name);
  }
}

export async function loadTemplates() {
  const registry = new TemplateRegistry();
  for (const locale of await readdir(ROOT)) {
    for (const file of await readdir(new URL(`${locale}/`, ROOT))) {
      const text = await readFile(new URL(`${locale}/${file}`, ROOT), 'utf8');
      registry.add(locale, file.replace(/\.json$/, ''), JSON.parse(text));
    }
  }
  return registry;
}
