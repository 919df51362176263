import type { ArtifactResult, Verification } from "../../shared/contracts.ts";
import type { EventDraft } from "../../shared/events.ts";
import { plural } from "./told.ts";

export function verifyEvents(verification: Verification): EventDraft[] {
  const { outcome, rows } = verification;
  const wrong = rows.filter(({ match }) => !match).length;
  const error =
    outcome === "verified"
      ? null
      : outcome === "mismatch"
        ? `${plural(wrong, "value")} are not what was promised and verified before: somebody changed them since.`
        : "The last look could not read everything that was changed.";
  return [{ type: "tool_result", payload: { toolUseId: "verify", tool: "verify", output: verification, exitCode: error === null ? 0 : 1, error } }];
}

export function artifactEvents(artifact: ArtifactResult): EventDraft[] {
  return [{ type: "tool_result", payload: { toolUseId: "artifact", tool: "artifact", output: artifact, exitCode: 0, error: null } }];
}
