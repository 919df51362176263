/** Which tags a resource must carry and what they may say (governance L01–L13, decided by Y-01, Y-02, Y-14, Y-28). */
import { ENVIRONMENTS, type Environment } from "./accounts.ts";
import { DATA_CLASSES, type Severity } from "./environments.ts";

/** L04: what a conditional tag depends on. */
export interface TagContext {
  /** From the account registry, never from a tag. */
  readonly environment: Environment;
  /** A change's own tags (`request`) or those of a resource that exists (`resource`). The system's tags are not the request's to give (L09). */
  readonly origin: "request" | "resource";
  readonly storesData?: boolean;
  readonly regulated?: boolean;
}

export interface TagRule {
  readonly key: string;
  /** Other keys read as this one (Y-14); one form is written. */
  readonly aliases: readonly string[];
  readonly when: "always" | "storesData" | "regulated" | "recommended";
  /** L09: the system sets it; a request or a model cannot. */
  readonly setBy: "request" | "system";
  /** Null: the value is good. Otherwise what is wrong with it and what would be right. */
  readonly problem: (value: string, context: TagContext) => string | null;
  readonly source: string;
}
export type TagRules = readonly TagRule[];

/** Y-02, L18: the one severity map. Levels are G14's. */
export const TAG_SEVERITY = {
  missing: "high",
  empty: "high",
  invalid: "medium",
  environmentMismatch: "critical",
  ambiguous: "medium",
  reserved: "high",
  recommended: "low",
} as const satisfies Record<string, Severity>;

export interface TagFinding {
  readonly key: string;
  readonly code: keyof typeof TAG_SEVERITY;
  readonly severity: Severity;
  readonly message: string;
  readonly source: string;
}

/** L05, L14, Y-01: short forms accepted on read; the long name is what is written. */
const SHORT: Readonly<Record<string, Environment>> = {
  sbx: "sandbox",
  dev: "development",
  tst: "test",
  qa: "test",
  stg: "staging",
  stage: "staging",
  preprod: "staging",
  prd: "production",
  prod: "production",
};

/** The canonical environment of a tag's value (case does not matter, L05), or null. `unknown` is not a value a tag may give. */
export function environmentOfTag(value: string): Environment | null {
  const name = value.trim().toLowerCase();
  const long = ENVIRONMENTS.find((environment) => environment === name && environment !== "unknown");
  return long ?? SHORT[name] ?? null;
}

/** Every value that says one of these environments, in lower case: for policies, which cannot call the function above. */
export function tagValuesOf(environments: readonly Environment[]): string[] {
  return [...environments, ...Object.keys(SHORT).filter((short) => environments.some((environment) => SHORT[short] === environment))];
}

const anything = (): null => null;
const oneOf = (values: readonly string[]) => (value: string) => (values.includes(value.toLowerCase()) ? null : `is not one of ${values.join(", ")}`);
const matches = (pattern: RegExp, form: string) => (value: string) => (pattern.test(value) ? null : `is not ${form}`);
const EMAIL = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
/** L06, Y-14: x-team, first.last, e-mail or TeamName-Engineering. */
const OWNER = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*-team$|^[a-z]+\\.[a-z]+$|${EMAIL.source}|^[A-Za-z0-9]+-Engineering$`);

/** Y-28: a real calendar day, YYYY-MM-DD, optionally with a UTC time. */
function isoDate(value: string): string | null {
  const shaped = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?$/.test(value);
  const time = shaped ? new Date(value) : null;
  const real = time !== null && !Number.isNaN(time.valueOf()) && time.toISOString().startsWith(value.slice(0, 10));
  return real ? null : "is not an ISO date such as 2026-11-22";
}

const tag = (key: string, source: string, problem: TagRule["problem"], more: Partial<TagRule> = {}): TagRule => ({
  key,
  source,
  problem,
  aliases: [],
  when: "always",
  setBy: "request",
  ...more,
});

export const TAG_RULES: TagRules = [
  tag("Environment", "L01, L05, L11, Y-01", (value) =>
    environmentOfTag(value) ? null : `is not one of ${ENVIRONMENTS.filter((name) => name !== "unknown").join(", ")}`,
  ),
  tag("Owner", "L01, L06, Y-14", (value, { environment }) =>
    environment === "production"
      ? matches(EMAIL, "an e-mail address, as production requires")(value)
      : matches(OWNER, "x-team, first.last, an e-mail address or TeamName-Engineering")(value),
  ),
  tag("CostCenter", "L01, L07, Y-14", matches(/^CC-\d{4,6}$/, "CC- and four to six digits")),
  tag("Application", "L02, L08", anything),
  tag("CreatedBy", "L02, L09", anything, { setBy: "system" }),
  tag("CreatedDate", "L02, L09, Y-28", isoDate, { setBy: "system" }),
  tag("Name", "L03, Y-02", anything),
  tag("DataClassification", "L04, Y-14", oneOf(DATA_CLASSES), { when: "storesData", aliases: ["Confidentiality"] }),
  tag("Compliance", "L04", oneOf(["hipaa", "pci-dss", "sox", "gdpr", "none"]), { when: "regulated" }),
  tag("Project", "L13", anything, { when: "recommended" }),
  tag("BusinessUnit", "L13", anything, { when: "recommended" }),
  tag("Department", "L13", anything, { when: "recommended" }),
];
