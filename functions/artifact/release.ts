/** G16: why an artifact may not be released now. It is built all the same, and says so. Pure but for the time it is given. */
import type { Changes } from "../../config/changes.ts";
import type { EnvironmentRule } from "../../config/environments.ts";
import type { ArtifactResult, Plan } from "../shared/contracts.ts";

type Blocker = ArtifactResult["blockers"][number];

export function blockersOf(plan: Pick<Plan, "ticket" | "governance">, rules: readonly EnvironmentRule[], calendar: Changes["calendar"], now: Date): Blocker[] {
  const blockers: Blocker[] = [];
  if (plan.ticket === null && rules.some(({ ticket }) => ticket === "required"))
    blockers.push({ code: "ticket_missing", message: "A change ticket is required (G04, G05): ask again with `ticket`." });
  const at = now.getTime();
  const within = ({ from, to }: { from: string; to: string }) => Date.parse(from) <= at && at < Date.parse(to);
  if (rules.some(({ changeWindow }) => changeWindow === "defined") && !calendar.windows.some(within))
    blockers.push({ code: "window_closed", message: "No defined change window is open now (G05, settings changes.calendar.windows)." });
  if (rules.some(({ changeWindow }) => changeWindow === "business-hours") && !inBusinessHours(calendar, now))
    blockers.push({ code: "window_closed", message: `Outside business hours in ${calendar.timeZone} (G04, settings changes.calendar.businessHours).` });
  const freeze = calendar.freezes.find(within);
  if (freeze) blockers.push({ code: "change_freeze", message: `A change freeze lasts until ${freeze.to}: ${freeze.reason} (G16).` });
  if (rules.some(({ changeBoard }) => changeBoard))
    blockers.push({ code: "change_board_pending", message: "The change advisory board has to decide (G05); this system can't know that it has." });
  const manual = plan.governance.filter(({ effect }) => effect === "blocks_release");
  if (manual.length > 0)
    blockers.push({
      code: "manual_task_open",
      message: `To be done by a person after the deployment, and confirmed by the change board (Y-22): ${manual.map(({ message, remediation }) => `${message}. ${remediation}`).join(" ")}`,
    });
  return blockers;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function inBusinessHours({ timeZone, businessHours }: Changes["calendar"], now: Date): boolean {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" }).formatToParts(now);
  const partOf = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const hour = Number(partOf("hour"));
  return businessHours.days.includes(DAYS.indexOf(partOf("weekday")) + 1) && hour >= businessHours.from && hour < businessHours.to;
}
