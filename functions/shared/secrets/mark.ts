/** What stands in a secret's place. */

export const markOf = (rule: string): string => `[redacted:${rule}]`;

export const holdsMark = (text: string): boolean => /\[redacted:[\w-]+\]/.test(text);
