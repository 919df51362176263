/** Artifact: in staging and production a plan becomes files for a pipeline, and not one call reaches the account (R01). */
import { stringify } from "yaml";
import * as z from "zod";
import type { Settings } from "../../config/settings.ts";
import { type ArtifactResult, plan as planSchema, sha256 } from "../shared/contracts.ts";
import { digest, sha256Hex } from "../shared/digest.ts";
import { placesOf } from "./place.ts";
import { blockersOf } from "./release.ts";
import { buildTemplate } from "./template.ts";
import { pullRequest, readme } from "./texts.ts";

export interface ArtifactDependencies {
  readonly settings: Settings;
  /** Into the artifact bucket; a failure is thrown, and the machine tries again. */
  readonly putObject: (key: string, body: string, contentType: string) => Promise<void>;
}

const input = z.strictObject({ plan: planSchema, planHash: sha256, now: z.iso.datetime() });

export function makeHandler({ settings, putObject }: ArtifactDependencies): (event: unknown) => Promise<ArtifactResult> {
  return async function artifact(event) {
    const { plan, planHash, now } = input.parse(event);
    if (digest(plan) !== planHash) throw new Error(`the plan of ${plan.requestId} is not the one that was examined: its hash differs; nothing was written`);
    const name = featureName(plan.summary, plan.requestId);
    const branch = `feature/prod-${name}`;
    const places = placesOf(plan);
    const templates = places.map((place, index) => {
      const built = buildTemplate(plan, planHash, place);
      return {
        account: place.account,
        region: place.region,
        path: `infrastructure/cloudformation/${name}${places.length === 1 ? "" : `-${index + 1}`}.yaml`,
        built,
        body: stringify(built.template, { aliasDuplicateObjects: false, lineWidth: 0 }),
      };
    });
    const environments = [...new Set(plan.targets.map(({ environment }) => environment))];
    const blockers = blockersOf(
      plan,
      environments.map((environment) => settings.environments[environment]),
      settings.changes.calendar,
      new Date(now),
    );
    const told = { plan, planHash, branch, templates, blockers };
    const texts = [
      ...templates.map(({ path, body }) => ({ path, body })),
      { path: `infrastructure/cloudformation/${name}.README.md`, body: readme(told) },
      { path: "PULL_REQUEST.md", body: pullRequest(told) },
      { path: "plan.json", body: `${JSON.stringify({ planHash, plan }, null, 2)}\n` },
    ];
    const files = await Promise.all(
      texts.map(async ({ path, body }) => {
        const key = `artifacts/${plan.requestId}/${path}`;
        await putObject(key, body, "text/plain; charset=utf-8");
        return { path, key, sha256: sha256Hex(body), bytes: Buffer.byteLength(body) };
      }),
    );
    const releasable = blockers.length === 0;
    const summary = `${files.length} files for branch ${branch}; nothing was executed. ${releasable ? "Releasable now." : `Not releasable: ${blockers.map(({ code }) => code).join(", ")}.`}`;
    return { files, releasable, blockers, branch, summary };
  };
}

/** From a model's summary: lower-case words of a branch's name, and the request it came from. */
function featureName(summary: string, requestId: string): string {
  const words = summary
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return `${words || "change"}-${requestId.slice(4, 12)}`;
}
