/** What stands in a secret's place. */

export const markOf = (rule: string): string => `[redacted:${rule}]`;

export const holdsMark = (text: string): boolean => /\[redacted:[\w-]+\]/.test(text);

/** Where in a value a mark stands, keys included: "input.Tags.Password". Undefined: nowhere. */
export function fieldWithMark(value: unknown, path: readonly string[] = []): string | undefined {
  if (typeof value === "string") return holdsMark(value) ? path.join(".") : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [field, inner] of Object.entries(value)) {
    const here = [...path, field];
    const found = holdsMark(field) ? here.join(".") : fieldWithMark(inner, here);
    if (found !== undefined) return found;
  }
  return undefined;
}
