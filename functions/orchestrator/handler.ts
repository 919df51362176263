import { bedrockInvoke } from "../shared/bedrock.ts";
import { loadPrompts } from "../shared/prompts.ts";
import { loadSettings } from "../shared/settings.ts";
import { makeHandler } from "./orchestrate.ts";

const settings = loadSettings();

export const handler = makeHandler({ settings, prompt: loadPrompts().orchestrator, invoke: bedrockInvoke(settings.deployment.hub.region), now: Date.now });
