/** Everything that these rules write says who wrote it. */
export const OFFLINE = "[offline model]";

export function offline(text: string): string {
  return `${OFFLINE} ${text}`;
}
