/**
 * Which model each family is, through which inference profile it is called, what that costs and which
 * ARNs the call may touch. The facts and their sources are in model-cards.ts.
 */
import * as z from "zod";
import { type Capabilities, FAMILIES, type Family, GEOGRAPHIES, type Geography, MODELS, type Price, type Rates } from "./model-cards.ts";
import { isRegion, REGIONS, type Region } from "./regions.ts";

export type { Capabilities, Family, Geography, ModelSpec, Price } from "./model-cards.ts";
export { FAMILIES, GEOGRAPHIES, MODELS } from "./model-cards.ts";

const geography = z.enum(GEOGRAPHIES);

/** The person chooses where account data may be processed: there is no default geography. */
export const modelsSchema = z
  .strictObject({
    geography,
    /** Another geography for one family. */
    families: z.partialRecord(z.enum(FAMILIES), z.strictObject({ geography })).optional(),
    /** The only regions in which a model may see account data; none given: wherever the geography routes. */
    allowedRegions: z.array(z.enum(REGIONS)).min(1).optional(),
  })
  .superRefine((models, context) => {
    for (const family of FAMILIES) {
      const outside = routedOutside(models, family);
      if (outside === null) continue;
      const path = models.families?.[family] ? ["families", family, "geography"] : ["geography"];
      context.addIssue({
        code: "custom",
        path,
        message: `${geographyOf(models, family)} may route ${family} to ${outside}, which allowedRegions does not name`,
      });
    }
  });
export type Models = z.infer<typeof modelsSchema>;

export interface ResolvedModel {
  readonly family: Family;
  /** Inference profile id: what InvokeModel takes as modelId. */
  readonly modelId: string;
  readonly geography: Geography;
  readonly price: Price;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: Capabilities;
}

export class ModelError extends Error {
  override readonly name = "ModelError";
}

/** @throws ModelError if the family's geography has no profile that can be called from the region. */
export function resolveModel(models: Models, family: Family, hubRegion: string): ResolvedModel {
  const problem = unreachable(models, family, hubRegion);
  if (problem !== null) throw new ModelError(problem);
  const chosen = geographyOf(models, family);
  const { id, price, contextTokens, maxOutputTokens, capabilities } = MODELS[family];
  return {
    family,
    modelId: `${chosen}.${id}`,
    geography: chosen,
    price: chosen === "global" ? price.global : price.geographic,
    contextTokens,
    maxOutputTokens,
    capabilities,
  };
}

/** Why the family can't be called from the region, or null. */
export function unreachable(models: Models, family: Family, hubRegion: string): string | null {
  if (destinations(models, family, hubRegion) !== null) return null;
  const chosen = geographyOf(models, family);
  const { id, profiles } = MODELS[family];
  const routes = profiles[chosen];
  if (!routes)
    return `${id} has no ${chosen} profile; it has ${Object.keys(profiles).join(", ")} (models.families.${family}.geography chooses one for it alone)`;
  return `the ${chosen} profile of ${id} can't be called from ${hubRegion}; it can from ${Object.keys(routes).join(", ")}`;
}

/**
 * Everything `bedrock:InvokeModel` must be allowed on for one family: the inference profile and the
 * foundation model in every region it may route to. A global profile also takes the region-less ARN
 * (Amazon Bedrock User Guide, "Global cross-Region inference", read 2026-11).
 * @throws ModelError as resolveModel does.
 */
export function modelResources(
  models: Models,
  family: Family,
  at: { readonly region: string; readonly account: string; readonly partition?: string },
): string[] {
  const { modelId } = resolveModel(models, family, at.region);
  const routed = destinations(models, family, at.region) ?? [];
  const regions = routed === "anywhere" ? [at.region, ""] : routed;
  const arn = (region: string, account: string, resource: string) => `arn:${at.partition ?? "aws"}:bedrock:${region}:${account}:${resource}`;
  return [arn(at.region, at.account, `inference-profile/${modelId}`), ...regions.map((region) => arn(region, "", `foundation-model/${MODELS[family].id}`))];
}

/** One call's tokens as the Messages API counts them: `input` excludes what was read from or written to the cache. */
export interface CallTokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** US dollars of one call. Call it per call, not per sum: a long prompt has its own rates. */
export function priceOf(price: Price, tokens: CallTokens): number {
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite;
  const rates: Rates = price.longPrompt && prompt > price.longPrompt.aboveTokens ? price.longPrompt.rates : price;
  return (
    (tokens.input * rates.inputPerMTok +
      tokens.output * rates.outputPerMTok +
      tokens.cacheRead * rates.cacheReadPerMTok +
      tokens.cacheWrite * rates.cacheWritePerMTok) /
    1_000_000
  );
}

function geographyOf(models: Models, family: Family): Geography {
  return models.families?.[family]?.geography ?? models.geography;
}

/** Where a call from the region may be processed; null: it can't be made. */
function destinations(models: Models, family: Family, hubRegion: string): readonly Region[] | "anywhere" | null {
  return (isRegion(hubRegion) && MODELS[family].profiles[geographyOf(models, family)]?.[hubRegion]) || null;
}

/** A place outside allowedRegions that the family may reach from somewhere, or null. */
function routedOutside(models: Models, family: Family): string | null {
  const allowed = models.allowedRegions;
  if (!allowed) return null;
  for (const reached of Object.values(MODELS[family].profiles[geographyOf(models, family)] ?? {})) {
    if (reached === "anywhere") return "any commercial region";
    const outside = reached.find((region) => !allowed.includes(region));
    if (outside) return outside;
  }
  return null;
}
