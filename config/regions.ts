/** The regions that exist, and the nearest ones to a name that does not. */
import { distance } from "fastest-levenshtein";

/** Regions of the aws partition (AWS General Reference, "AWS service endpoints", checked 2026-11). */
export const REGIONS = [
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
] as const;
export type Region = (typeof REGIONS)[number];

/** What a word of a text must look like to be taken for a region; not inside a longer name or a zone. */
export const REGION_SHAPE = /(?<![\w-])(?:us|eu|ap|af|ca|me|sa|il|mx|cn)(?:-gov)?-[a-z]{2,12}-\d(?![\w-])/gi;

/** A word of a text that is no region but one slip away from one: a letter wrong, missing or too many, or two swapped. */
export function isMisspelledRegion(word: string): boolean {
  const letters = (text: string) => [...text].sort().join("");
  return !isRegion(word) && REGIONS.some((region) => distance(word, region) === 1 || letters(word) === letters(region));
}

export function isRegion(name: string): name is Region {
  return (REGIONS as readonly string[]).includes(name);
}

/** At most three valid names nearest to a wrong one, by edit distance; of equally near ones the first in the alphabet. */
export function nearestRegions(name: string): Region[] {
  const wrong = name.slice(0, 64).toLowerCase();
  return REGIONS.map((region) => ({ region, away: distance(wrong, region) }))
    .sort((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ region }) => region);
}
