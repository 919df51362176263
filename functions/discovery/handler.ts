/** What every discovery bundle's entry does: settings and clients once at cold start, then the worker. */
import { loadSettings } from "../shared/settings.ts";
import { required } from "../shared/environment.ts";
import { bedrockInvoke } from "../shared/model.ts";
import { loadPrompts } from "../shared/prompts.ts";
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
    invoke: bedrockInvoke(region),
    put: evidenceBucket(required("EVIDENCE_BUCKET"), region),
    now: Date.now,
  });
}
