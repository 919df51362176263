/** What every discovery bundle's entry does: settings and clients once at cold start, then the worker. */

import { required } from "../shared/environment.ts";
import type { Invoke } from "../shared/model.ts";
import { loadPrompts } from "../shared/prompts.ts";
import { loadSettings } from "../shared/settings.ts";
import { evidenceBucket } from "./evidence.ts";
import { stsOf } from "./identity.ts";
import type { DiscoveryService } from "./service.ts";
import { makeHandler } from "./worker.ts";

export function discoveryHandler(service: DiscoveryService): ReturnType<typeof makeHandler> {
  const settings = loadSettings();
  const { region } = settings.deployment.hub;
  return makeHandler({
    service,
    settings,
    prompt: loadPrompts().discovery,
    sts: stsOf(region),
    invoke: bedrockWhenAsked(region),
    put: evidenceBucket(required("EVIDENCE_BUCKET"), region),
    now: Date.now,
  });
}

/** Only an objective asks a model: its client is loaded then, and the cold start of exact reads goes without. */
function bedrockWhenAsked(region: string): Invoke {
  let loaded: Promise<Invoke> | undefined;
  return async (modelId, body) => {
    loaded ??= import("../shared/bedrock.ts").then(({ bedrockInvoke }) => bedrockInvoke(region));
    const invoke = await loaded;
    return invoke(modelId, body);
  };
}
