/** Texts of a proposal or an account, as a message may repeat them. Everything of them is untrusted. */

/** One line without control, formatting or bidirectional characters, in at most `most` characters. */
export function told(value: unknown, most = 80): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const characters = [...text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim()];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most).join("")}…`;
}
