/** Which regions a request's text asks for and which it leaves out. Pure, linear in the text. */
import { isMisspelledRegion, isRegion, REGION_SHAPE } from "../../config/regions.ts";

export interface RegionMentions {
  /** Regions, and slips of the pen that are no region. */
  readonly included: readonly string[];
  readonly excepted: readonly string[];
}

/** Directly in front of a region: it is left out. */
const EXCEPTING =
  /\b(?:except|excepting|exclude|excluding|but not|other than|apart from|not in|outside|without|skip|ignore|avoid)(?:\s+(?:of|in|for|from|the|regions?)){0,3}\s*$/i;
/** Between two regions of one list. */
const JOINING = /^[\s,;&+]*(?:and|or|nor)?[\s,;&+]*$/i;
/** Characters in front of a region that are looked at. */
const BEFORE = 60;

/** "us-web-1" has a region's shape and is a name; "us-esat-1" is a slip, and one that is meant. */
export function regionMentions(text: string): RegionMentions {
  const included = new Set<string>();
  const excepted = new Set<string>();
  let last = { end: 0, excepted: false };
  for (const { 0: found, index } of text.matchAll(REGION_SHAPE)) {
    const word = found.toLowerCase();
    if (!isRegion(word) && !isMisspelledRegion(word)) continue;
    const goesOn = last.excepted && JOINING.test(text.slice(last.end, index).slice(0, BEFORE));
    const out = goesOn || EXCEPTING.test(text.slice(Math.max(0, index - BEFORE), index));
    (out ? excepted : included).add(word);
    last = { end: index + found.length, excepted: out };
  }
  return { included: [...included].filter((region) => !excepted.has(region)), excepted: [...excepted] };
}
