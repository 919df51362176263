import { loadSettings } from "../shared/settings.ts";
import { makeHandler } from "./admit.ts";

export const handler = makeHandler({ settings: loadSettings(), now: () => new Date() });
