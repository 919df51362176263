/** How well a read fits a text, by shared words. */
const EMPTY = new Set(
  "a about account accounts all an and any are aws by can do does each every find for from get give has have how in into is it its list many me my of on or our please read show tell that the their there this to us what when where which who with without investigate look".split(
    " ",
  ),
);

/** Points of a word of the operation's name, and of its description. */
const NAME_POINTS = 3;
const TEXT_POINTS = 1;

export function scoreRead(text: string, operation: string, description: string): number {
  const name = stems(operation.replace(/([a-z0-9])([A-Z])/g, "$1 $2"));
  const rest = stems(description);
  return [...stems(text)].reduce((sum, word) => sum + (name.has(word) ? NAME_POINTS : rest.has(word) ? TEXT_POINTS : 0), 0);
}

function stems(text: string): Set<string> {
  return new Set(
    (text.toLowerCase().match(/[a-z][a-z0-9]+/g) ?? [])
      .filter((word) => !EMPTY.has(word))
      .map((word) => word.replace(/(?:ies)$/, "y").replace(/(?<=\w{3})s$/, "")),
  );
}
