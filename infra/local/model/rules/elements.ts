/** Named elements with JSON inside, as the product's prompts carry data: `<request>\n{…}\n</request>`. */

/** The first such element's content; undefined when it is missing or no JSON. */
export function elementIn(text: string, name: string): unknown {
  const start = text.indexOf(`<${name}>`);
  const end = text.indexOf(`</${name}>`, start);
  if (start < 0 || end < 0) return undefined;
  try {
    return JSON.parse(text.slice(start + name.length + 2, end));
  } catch {
    return undefined;
  }
}
