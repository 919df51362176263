/** The deployment's settings as this function's bundle carries them: settings.json lies beside the bundle. */
import { readFileSync } from "node:fs";
import { parseSettings, type Settings } from "../../config/settings.ts";

/** @throws SettingsError with path and reason; thrown at module load it stops the cold start (law 9: closed). */
export function loadSettings(): Settings {
  const file = new URL("./settings.json", import.meta.url);
  return parseSettings(JSON.parse(readFileSync(file, "utf8")), "settings.json in the function's bundle");
}
