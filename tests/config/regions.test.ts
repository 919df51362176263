import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMisspelledRegion, isRegion, nearestRegions, REGIONS } from "../../config/regions.ts";

describe("a misspelled region", () => {
  it.each(["us-esat-1", "eu-wst-1", "us-east-9", "eu-centrall-1"])("is %s", (word) => expect(isMisspelledRegion(word)).toBe(true));
  it.each(["us-web-1", "eu-logs-2", "us-east-1"])("is not %s", (word) => expect(isMisspelledRegion(word)).toBe(false));
});

describe("the nearest regions", () => {
  it.each([
    ["eu-wset-1", "eu-west-1"],
    ["us-esat-1", "us-east-1"],
    ["EU-CENTRAL-1", "eu-central-1"],
    ["ap-southeast1", "ap-southeast-1"],
  ])("of %s begin with %s", (wrong, right) => {
    expect(nearestRegions(wrong)[0]).toBe(right);
  });

  it("are three valid names for any text", () => {
    fc.assert(fc.property(fc.string({ maxLength: 5000 }), (name) => nearestRegions(name).length === 3 && nearestRegions(name).every(isRegion)));
  });

  it("of a valid name begin with itself", () => {
    for (const region of REGIONS) expect(nearestRegions(region)[0]).toBe(region);
  });
});
