/** An admission held to its share of a state's payload. Pure. */
import { type Admission, BOUNDS, type Exclusion } from "../shared/contracts.ts";
import { jsonBytes } from "../shared/cut.ts";

/** Exclusions told one by one. */
const MOST_EXCLUSIONS = 40;
/** UTF-8 bytes of one exclusion's texts; suggestions are regions' names, a few. */
const MOST_SUBJECT = 200;
const MOST_MESSAGE = 800;
/** UTF-8 bytes kept free for the count of those left out. */
const RESERVED = 512;

/** The first exclusions, each shortened, and a count of the rest: at most `BOUNDS.exclusions` bytes. */
export function boundedExclusions(exclusions: readonly Exclusion[]): Exclusion[] {
  const short = exclusions.map((one) => ({ ...one, subject: clipped(one.subject, MOST_SUBJECT), message: clipped(one.message, MOST_MESSAGE) }));
  let used = 2;
  const over = short.findIndex((one, index) => {
    used += jsonBytes(one) + 1;
    return index >= MOST_EXCLUSIONS || used > BOUNDS.exclusions - RESERVED;
  });
  const next = short[over];
  if (!next) return short;
  const count = short.length - over;
  const message = `${count} more accounts or regions were left out for this or other reasons. Name fewer to see each.`;
  return [...short.slice(0, over), { code: next.code, subject: "more", message }];
}

/** What refuses an admission that the states can't carry, or null. */
export function tooLarge(admission: Admission): Exclusion | null {
  const planned = jsonBytes({ ...admission, announcement: null, resolutions: [] });
  const whole = jsonBytes(admission);
  if (planned <= BOUNDS.admission && whole <= BOUNDS.wholeAdmission) return null;
  const places = admission.targets.reduce((sum, { regions }) => sum + regions.length, 0);
  return {
    code: "scope_too_large",
    subject: "accounts",
    message: `${admission.targets.length} accounts with ${places} regions are more than one request carries (${planned} of ${BOUNDS.admission} bytes, ${whole} of ${BOUNDS.wholeAdmission} with roles). Name the accounts, or the regions, to read.`,
  };
}

/** From the front, in whole characters, at most `bytes` UTF-8 bytes as JSON. */
export function clipped(text: string, bytes: number): string {
  if (jsonBytes(text) <= bytes) return text;
  let used = 2;
  let kept = "";
  for (const character of text) {
    used += jsonBytes(character) - 2;
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}
