/** Untrusted text as plain Markdown text: names and messages come from accounts and models (law 8). Pure. */

/** Control characters (terminal sequences), and marks that reverse or hide text. */
const HIDDEN = /[\p{Cc}\p{Cf}]/gu;

/**
 * One line: no markup, no HTML, no link (bare addresses included), no table cell's end, no list or rule at its start.
 * "@" becomes code: e-mail addresses are linked after entities are decoded, and never across code.
 */
export function inline(text: string): string {
  return text
    .replace(/\r\n|[\r\n\u0085\u2028\u2029\t]/g, " ")
    .replace(HIDDEN, "\uFFFD")
    .replace(/[\\`*_[\]<>|#~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replace(/@+/g, "`$&`")
    .replaceAll("://", "&#58;//")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`)
    .trim()
    .replace(/^([-+=])/, "\\$1")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** Several lines: as `inline`, with list markers kept, and each line a line of its own. */
export function block(text: string): string {
  return text
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map(line)
    .join("\n");
}

function line(text: string): string {
  if (text.trim() === "") return "";
  const item = /^( {0,6})([-*+]|\d{1,3}\.) +(.*)$/s.exec(text);
  if (item) return `${item[1]}${/\d/.test(item[2] ?? "") ? item[2] : "-"} ${inline(item[3] ?? "")}`;
  return `${inline(text)}  `;
}
