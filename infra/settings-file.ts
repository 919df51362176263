/** Reads the settings file a deployment is made from: YAML, parsed by config/settings.ts. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseSettings, type Settings, SettingsError, type SettingsFile } from "../config/settings.ts";

export interface SettingsSource {
  readonly settings: Settings;
  /** The file's content as JSON: what every bundle carries and parses again. */
  readonly content: SettingsFile;
}

/** @throws SettingsError naming the file and every mistake. */
export function readSettings(path: string): SettingsSource {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SettingsError(`${path} can't be read as YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const settings = parseSettings(content, path);
  // parseSettings has just found it to be one.
  return { settings, content: content as SettingsFile };
}
