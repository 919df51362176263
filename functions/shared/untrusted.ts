/** How data enters a prompt: as JSON in a named element that the data itself can't close. */
export function element(name: string, value: unknown): string {
  return `<${name}>\n${JSON.stringify(value).replaceAll("<", "\\u003c")}\n</${name}>`;
}
