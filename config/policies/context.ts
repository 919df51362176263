/** What the policies are told of a step beside its resource: one definition for Cedar's schema and for the code that fills it. Every fact is required. */

/** Cedar's type of each fact. */
export const CONTEXT = {
  origin: "Origin",
  /** The approval in hand; nothing is true of none. */
  approval: { given: "Bool", self: "Bool", registered: "Bool", confirmed: "Bool" },
  step: { irreversible: "Bool" },
  plan: { steps: "Long", most: "Long" },
  target: { wildcard: "Bool", elsewhere: "Bool", own: "Bool" },
  /** Settings (config/catalog/limited.ts) whose list does not hold what the input says. */
  limited: { outside: "Set<String>" },
  storage: { opensPublicAccess: "Bool", unencrypted: "Bool", weakensEncryption: "Bool", suspendsVersioning: "Bool" },
  network: { opensManagement: "Bool", opensDatabase: "Bool" },
  identity: { broadPolicy: "Bool", opensTrust: "Bool", activatesKey: "Bool" },
  compute: { large: "Bool", tooMany: "Bool" },
  tags: {
    missing: "Set<String>",
    wrong: "Set<String>",
    contradictsEnvironment: "Bool",
    exceedsDataClass: "Bool",
    takesSystems: "Bool",
    removesRequired: "Bool",
  },
} as const;

interface Scalars {
  readonly Bool: boolean;
  readonly Long: number;
  readonly String: string;
  readonly "Set<String>": string[];
  readonly Origin: "planner" | "ledger";
}
type Filled<Type> = Type extends keyof Scalars ? Scalars[Type] : { readonly [Name in keyof Type]: Filled<Type[Name]> };

/** A step's context, as code holds it. */
export type PolicyContext = Filled<typeof CONTEXT>;
