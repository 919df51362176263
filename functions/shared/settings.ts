/** The deployment's settings as this function's bundle carries them: settings.json lies beside the bundle. */
import { readFileSync } from "node:fs";
import { parseSettings, type Settings, SettingsError } from "../../config/settings.ts";

const SOURCE = "settings.json in the function's bundle";

/** @throws SettingsError with path and reason; thrown at module load it stops the cold start (law 9: closed). */
export function loadSettings(): Settings {
  const text = readFileSync(new URL("./settings.json", import.meta.url), "utf8");
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new SettingsError(`${SOURCE} is not JSON: ${error instanceof Error ? error.message : String(error)}. Deploy the function again.`);
  }
  return parseSettings(content, SOURCE);
}
