/** How tests say that a check's gap is closed: a state with the gap, and the write that its `exit` names. */
import type { MutableService } from "../../../config/catalog/services.ts";
import type { State, StepInput } from "../../../config/catalog/write.ts";

export interface Flip {
  /** The state of a resource that has the gap. */
  readonly gap: State;
  readonly operation: string;
  readonly input: StepInput;
}

/** Every check of one kind of resource, by its item: it is flipped, or a person's to close. */
export interface FlipsOf {
  readonly service: MutableService;
  readonly entity: string;
  readonly flips: Readonly<Record<string, Flip>>;
  /** Item → why no write of the catalog may close it. */
  readonly manual: Readonly<Record<string, string>>;
}

/** All that the governance asks of a resource in production. */
export const ALL_TAGS = {
  Name: "x",
  Environment: "production",
  Owner: "web@acme.example",
  CostCenter: "CC-1001",
  Application: "web",
  CreatedBy: "aws-coworker",
  CreatedDate: "2026-11-25",
  DataClassification: "internal",
};
