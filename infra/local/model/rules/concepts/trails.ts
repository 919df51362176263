/** Trails: what is recorded at all. */
import { textAt, valueAt, valuesAt } from "../cells.ts";
import type { Concept } from "./concept.ts";
import { either, having, lacking, not } from "./phrases.ts";

export const TRAILS: Concept = {
  service: "cloudtrail",
  noun: "trail",
  plural: "trails",
  words: /\b(?:cloud|audit )?trails?\b(?! events?)|\baudit logging\b/i,
  base: "DescribeTrails",
  key: "TrailARN",
  name: (fields) => textAt(fields, "Name") ?? textAt(fields, "TrailARN") ?? "",
  region: "HomeRegion",
  joins: { GetTrailStatus: { theirs: "Name", ours: "TrailARN" } },
  readers: [
    either({
      no: [
        not("multi-?region(?:al)?"),
        "single-?region(?:al)?",
        lacking("multi-?region(?: logging)?"),
        "not (?:log(?:ging)? |cover(?:ing)? )?(?:in )?all regions",
      ],
      yes: ["multi-?region(?:al)?\\b", "(?:log(?:ging)? |cover(?:ing)? )?(?:in )?all regions"],
      label: "are multi-region",
      opposite: "are not multi-region",
      oppositeSeverity: "medium",
      test: ({ fields }) => valueAt(fields, "IsMultiRegionTrail") === true,
    }),
    either({
      no: [lacking("(?:log )?(?:file )?(?:integrity )?validation"), not("validated")],
      yes: [having("(?:log )?(?:file )?(?:integrity )?validation"), "validated\\b"],
      label: "have log file validation",
      opposite: "have no log file validation",
      oppositeSeverity: "low",
      test: ({ fields }) => valueAt(fields, "LogFileValidationEnabled") === true,
    }),
    either({
      no: [lacking("(?:kms )?encryption"), not("encrypted")],
      yes: [having("(?:kms )?encryption"), "encrypted\\b"],
      label: "are encrypted with a KMS key",
      opposite: "are not encrypted with a KMS key",
      oppositeSeverity: "low",
      test: ({ fields }) => valuesAt(fields, "KmsKeyId").length > 0,
    }),
    either({
      no: [
        "not (?:currently |actually )?(?:logging|recording|active|enabled|on)\\b",
        "stopped(?: logging)?",
        "(?:logging )?(?:is |are )?(?:switched |turned )?off\\b",
        "disabled\\b",
        "inactive\\b",
        "no longer logging",
      ],
      yes: ["(?:currently |actually )?logging\\b", "active\\b", "enabled\\b", "recording\\b"],
      label: "are logging",
      opposite: "are not logging",
      oppositeSeverity: "high",
      reads: ["GetTrailStatus"],
      test: (item) => {
        const row = item.one("GetTrailStatus");
        return row && valueAt(row, "IsLogging") === true;
      },
    }),
  ],
};
