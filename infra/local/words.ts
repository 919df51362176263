/** Texts cut to a terminal's width, and values as a person reads them. */

/** @returns at least one line; a word longer than `width` stays whole, so that an ARN can be copied. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of printable(text).split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

export function shown(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  return printable(typeof value === "string" ? value : JSON.stringify(value));
}

/** Names and tags come from accounts: no control character of theirs reaches the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === "\n" ? character : "\u{fffd}"));
}
