/** What is judged: one step, and what is known around it. */
import type { Environment } from "../../../config/accounts.ts";
import type { MutableService } from "../../../config/catalog/services.ts";
import type { Inverse, OperationClass, Promised, State, StepInput, WriteDefinition } from "../../../config/catalog/write.ts";
import type { Settings } from "../../../config/settings.ts";

export interface JudgedStep {
  readonly id: string;
  readonly service: MutableService;
  readonly operation: string;
  readonly account: string;
  readonly environment: Environment;
  readonly region: string;
  readonly class: OperationClass;
  readonly resource: string;
  readonly creates: boolean;
  /** Checked against the catalog, system tags set. */
  readonly input: StepInput;
  readonly before: { readonly absent: boolean; readonly image: State };
  readonly promised: Promised;
  readonly inverse: Inverse | null;
  readonly reversible: "yes" | "partly" | "no";
  /** Of the resource, before; none: empty. */
  readonly tags: Readonly<Record<string, string>>;
  readonly write: WriteDefinition;
}

export interface JudgeGround {
  readonly stage: "examine" | "authorize";
  /** The one in hand when authorizing. */
  readonly approval: { readonly approver: string; readonly destructiveConfirmed: boolean } | null;
  readonly requester: string;
  readonly origin: "planner" | "ledger";
  readonly settings: Settings;
  /** Of the plan. `instances` (G01): those the account would have, as far as they are known; not given: the step's own. */
  readonly counts: { readonly steps: number; readonly resources: number; readonly instances?: number };
}
