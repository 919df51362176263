/** Token counts without a tokenizer: an estimate, used for usage and headers of replies that no model made. */

/** UTF-8 bytes a token: Anthropic's documentation gives about 3.5 to 4 characters of English. */
const BYTES_PER_TOKEN = 4;

/** ceil(UTF-8 bytes ÷ 4) of the text, or of the value as JSON. */
export function estimateTokens(value: unknown): number {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
