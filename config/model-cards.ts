/**
 * Facts about the models on Amazon Bedrock. Data only. Read 2026-11-22 from:
 *  [card]    docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-sonnet-5-5 (as of 2026-10-06)
 *  [list]    what ListInferenceProfiles answered for Opus 5.5 and Sonnet 5.5 (YutaOkoshi/aws-bedrock-quick-reference, data/profiles.json)
 *  [price]   platform.claude.com/docs/en/about-claude/pricing and each model's overview page
 *  [geo]     a geographic profile costs 10 % more than the global one: AWS price list offer AmazonBedrockFoundationModels, eu-central-1
 *  [new]     platform.claude.com/docs/en/models/{opus-5-5,sonnet-5-5,haiku-5-5}/whats-new-… and migration-guide
 *  [probe]   Haiku 5.5 as probed on bedrock-runtime on 2026-10-08 by AWS's document-processing accelerator's tests
 * Where sources disagree or are missing, the value is the dearer or more restrictive one and says so.
 */
import type { Region } from "./regions.ts";

export const FAMILIES = ["opus", "sonnet", "haiku"] as const;
export type Family = (typeof FAMILIES)[number];

/** Prefix of an inference profile: where it may route. */
export const GEOGRAPHIES = ["global", "us", "eu", "jp", "au"] as const;
export type Geography = (typeof GEOGRAPHIES)[number];

/** US dollars per million tokens. `cacheWrite` is the five-minute cache's. */
export interface Rates {
  readonly inputPerMTok: number;
  readonly outputPerMTok: number;
  readonly cacheReadPerMTok: number;
  readonly cacheWritePerMTok: number;
}
export interface Price extends Rates {
  /** Rates of the whole call, output too, when its prompt (cache included) has more than `aboveTokens`. */
  readonly longPrompt?: { readonly aboveTokens: number; readonly rates: Rates };
}

export interface Capabilities {
  /** tool_choice `any` or `tool`. False: a 400; use `auto`, name the tool in the prompt and check the reply. */
  readonly forcedToolChoice: boolean;
  /**
   * All three think unless told otherwise, and thinking counts as output. `least` is the smallest
   * `thinking.type` that is accepted; `between_tools` and `disabled` need effort `high` or lower.
   */
  readonly thinking: { readonly byDefault: boolean; readonly least: "adaptive" | "between_tools" | "disabled" };
  /** temperature, top_p, top_k other than their defaults. False: a 400. */
  readonly sampling: boolean;
  /** `strict: true` on a tool. */
  readonly strictTools: boolean;
  /** `output_config.format`. */
  readonly outputFormat: boolean;
  /** `output_config.effort` when the request gives none. */
  readonly defaultEffort: "low" | "medium" | "high";
  /** A shorter prefix is silently not cached. */
  readonly cacheMinTokens: number;
}

/** By the region a profile is called from: where the call may be processed; `anywhere` is every commercial region. */
export type Routes = { readonly [Source in Region]?: readonly Region[] | "anywhere" };

export interface ModelSpec {
  /** Foundation model id; a profile's id is `<geography>.<id>`. In-region calls are not offered. [card] */
  readonly id: `anthropic.claude-${string}`;
  /** A geography that is missing has no profile. */
  readonly profiles: { readonly [G in Geography]?: Routes };
  readonly price: { readonly global: Price; readonly geographic: Price; readonly readOn: string; readonly sources: readonly string[] };
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: Capabilities;
}

/** [card], column Global: every commercial region with Bedrock; Hong Kong (ap-east-1) is not among them. */
const GLOBAL_SOURCES = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "ca-west-1",
  "mx-central-1",
  "sa-east-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
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
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "af-south-1",
] as const satisfies readonly Region[];
const US = ["us-east-1", "us-east-2", "us-west-2"] as const satisfies readonly Region[];
const EU = ["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"] as const satisfies readonly Region[];
const JP = ["ap-northeast-1", "ap-northeast-3"] as const satisfies readonly Region[];

const from = (sources: readonly Region[], to: readonly Region[] | "anywhere"): Routes => Object.fromEntries(sources.map((source) => [source, to]));
/** A region outside the usual set is served by itself too. */
const alsoItself = (sources: readonly Region[], to: readonly Region[]): Routes => Object.fromEntries(sources.map((source) => [source, [source, ...to]]));

/** [card], [list]. Opus 5.5's list agrees where it was asked; Haiku 5.5's own table was not found: taken to be the same. */
const everywhere = {
  global: from(GLOBAL_SOURCES, "anywhere"),
  us: { ...from(US, US), ...alsoItself(["us-west-1", "ca-central-1", "ca-west-1"], US) },
  eu: { ...from(EU, EU), ...alsoItself(["eu-central-2", "eu-west-2"], EU) },
} as const;
/** [list] for Opus 5.5; Haiku 5.5 has the ids ([probe]), its routes were not found. Neither [card] nor [list] has one for Sonnet 5.5. */
const pacific = { jp: from(JP, JP), au: from(["ap-southeast-2"], ["ap-southeast-2", "ap-southeast-4"]) } as const;

/** [geo] */
const GEOGRAPHIC_PERCENT = 110;
const percent = (rates: Rates, by: number): Rates => ({
  inputPerMTok: (rates.inputPerMTok * by) / 100,
  outputPerMTok: (rates.outputPerMTok * by) / 100,
  cacheReadPerMTok: (rates.cacheReadPerMTok * by) / 100,
  cacheWritePerMTok: (rates.cacheWritePerMTok * by) / 100,
});
function priced(global: Price): ModelSpec["price"] {
  const long = global.longPrompt && { longPrompt: { aboveTokens: global.longPrompt.aboveTokens, rates: percent(global.longPrompt.rates, GEOGRAPHIC_PERCENT) } };
  return { global, geographic: { ...percent(global, GEOGRAPHIC_PERCENT), ...long }, readOn: "2026-11-22", sources: ["[price]", "[geo]"] };
}

/**
 * [new], [probe]: sampling parameters are refused. [card] of 2026-10-06 lists Structured outputs (which
 * are `output_config.format` and strict tools) as not supported on bedrock-runtime; a client library
 * enabled them for some Claude 5 models on 2026-11-02 without naming a source, so: not supported.
 */
const common = { sampling: false, strictTools: false, outputFormat: false } as const;

export const MODELS: Readonly<Record<Family, ModelSpec>> = {
  opus: {
    id: "anthropic.claude-opus-5-5",
    profiles: { ...everywhere, ...pacific },
    price: priced({ inputPerMTok: 4, outputPerMTok: 20, cacheReadPerMTok: 0.2, cacheWritePerMTok: 5 }),
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    // [new]: thinking can't be disabled; forced tool use is a 400. No card with the cache minimum was found: Opus 4.6's 4,096.
    capabilities: { ...common, forcedToolChoice: false, thinking: { byDefault: true, least: "adaptive" }, defaultEffort: "medium", cacheMinTokens: 4096 },
  },
  sonnet: {
    id: "anthropic.claude-sonnet-5-5",
    profiles: everywhere,
    // Two price trackers report cache reads at 0.10 since 2026-10-07 on Anthropic's own API; not found for Bedrock: the dearer 0.20.
    price: priced({ inputPerMTok: 2, outputPerMTok: 10, cacheReadPerMTok: 0.2, cacheWritePerMTok: 2.5 }),
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    // [new]: `disabled` is a 400, `between_tools` takes its place; forced tool use is a 400. [card]: cache minimum.
    capabilities: { ...common, forcedToolChoice: false, thinking: { byDefault: true, least: "between_tools" }, defaultEffort: "high", cacheMinTokens: 512 },
  },
  haiku: {
    id: "anthropic.claude-haiku-5-5",
    profiles: { ...everywhere, ...pacific },
    price: priced({
      inputPerMTok: 0.1,
      outputPerMTok: 0.5,
      cacheReadPerMTok: 0.01,
      cacheWritePerMTok: 0.125,
      longPrompt: { aboveTokens: 100_000, rates: { inputPerMTok: 0.5, outputPerMTok: 2.5, cacheReadPerMTok: 0.05, cacheWritePerMTok: 0.625 } },
    }),
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    // [probe]: all of it.
    capabilities: { ...common, forcedToolChoice: true, thinking: { byDefault: true, least: "disabled" }, defaultEffort: "medium", cacheMinTokens: 512 },
  },
};
