/** Tokens without a tokenizer: Anthropic's documentation gives about 3.5 characters of English a token; the same rule for both sides of a ratio. */
const BYTES_PER_TOKEN = 3.5;

export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
