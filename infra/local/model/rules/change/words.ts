/** The text without these whole words, longest first: "tag" is not taken out of "staging", nor "ssh" out of a name. */
export function without(text: string, words: readonly string[]): string {
  return [...words]
    .filter((word) => word.trim() !== "")
    .sort((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replace(wholly(word), " "), text);
}

function wholly(word: string): RegExp {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`${/^\w/.test(word) ? "(?<![\\w.-])" : ""}${escaped}${/\w$/.test(word) ? "(?![\\w-])" : ""}`, "gi");
}
