/** The English words by which a text asks for accounts or leaves them out. */

/** How far an excepting word reaches: over certain small words, or to the end of its clause. */
export type Reach = "but" | "outside" | "near" | "clause";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));
const SCOPING = set("in of for from on across within only just account accounts");
const JOINING = set(", ; & + / and or nor plus");
const ARTICLES = set("the a an aws my our your any all both either these those this that ones please alone out also registered called named");
/** Between an excepting word and its first account. */
const TOWARDS = set("into inside at to under circumstances anything everything something");
/** Behind "never", "not" or "without": to look somewhere, which the clause then names. */
const ACCESS = set(
  "look looking go going read reading touch touching enter entering query querying list listing check checking scan scanning search searching call calling visit visiting include including",
);
const ALWAYS = set("except excepting exclude excludes excluding skip skipping ignore ignoring omit omitting avoid avoiding leave leaving minus");
const PAIRS = set("other-than rather-than apart-from aside-from instead-of");
const NEAR = set("not never don't dont without");
const UNIVERSAL = /^(?:any|every|all$|each$|accounts$)/;

/** Behind these, "account 1234…" is what something is compared with. */
export const VALUE_BEFORE = set("trust trusts trusting trusted with to by than like between is are named");

export const isScoping = (word: string): boolean => SCOPING.has(word);
export const isJoining = (word: string): boolean => JOINING.has(word);
/** A word that leaves the meaning of the next account as it is. */
export const isArticle = (word: string): boolean => ARTICLES.has(word);
/** As an article, before the first account of a list only. */
export const isTowards = (word: string): boolean => TOWARDS.has(word);
export const isUniversal = (word: string): boolean => UNIVERSAL.test(word);
export const startsAccess = (word: string): boolean => ACCESS.has(word);

/** How far a word excepts, or undefined when it does not. @param before the word in front of it, articles aside. */
export function reachOf(word: string, before: string): Reach | undefined {
  if (ALWAYS.has(word) || PAIRS.has(`${before}-${word}`)) return "clause";
  if (NEAR.has(word)) return "near";
  if (word === "outside") return "outside";
  return word === "but" && before !== "nothing" ? "but" : undefined;
}
