/** Everything a mutation worker touches outside itself. All of it goes through one gate, so that a test can list and cut every effect. */
import type { Settings } from "../../config/settings.ts";
import type { ConnectOptions, DiscoveryService } from "../discovery/service.ts";
import type { Invoke } from "../shared/model.ts";
import type { NarrowSts } from "./identity.ts";
import type { Ledger } from "./ledger.ts";
import type { MutationService } from "./service.ts";
import type { Switches } from "./switches.ts";
import type { VerifyMac } from "./verify-approval.ts";

export interface Boundaries {
  readonly mutation: MutationService;
  /** The same service's reads: what shows a resource before and after. */
  readonly reads: DiscoveryService;
  readonly settings: Settings;
  readonly prompt: string;
  readonly invoke: Invoke;
  readonly sts: NarrowSts;
  readonly ledger: Ledger;
  readonly switches: Switches;
  readonly verifyMac: VerifyMac;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Runs one effect under its name: "ledger.put started", "write PutPublicAccessBlock". */
export type Effect = <Result>(name: string, run: () => Promise<Result>) => Promise<Result>;

/** The boundaries with each of their effects behind the gate. */
export function gated(given: Boundaries, effect: Effect): Boundaries {
  const { mutation, reads, sts, ledger, switches } = given;
  const connectWith =
    <Connected extends { send(name: string, input: Record<string, unknown>): Promise<unknown> }>(
      kind: string,
      connect: (options: ConnectOptions) => Connected,
    ) =>
    (options: ConnectOptions) => {
      const connected = connect(options);
      return { send: (name: string, input: Record<string, unknown>) => effect(`${kind} ${name}`, () => connected.send(name, input)) };
    };
  return {
    ...given,
    mutation: { definition: mutation.definition, connect: connectWith("write", (options) => mutation.connect(options)) },
    reads: { definition: reads.definition, connect: connectWith("read", (options) => reads.connect(options)) },
    invoke: (modelId, body) => effect("model", () => given.invoke(modelId, body)),
    sts: {
      assume: (request) => effect("sts.assume", () => sts.assume(request)),
      whoAmI: (credentials) => effect("sts.identity", () => sts.whoAmI(credentials)),
    },
    ledger: {
      get: (requestId, phase, stepId) => effect("ledger.get", () => ledger.get(requestId, phase, stepId)),
      put: (item, expected) => effect(`ledger.put ${item.status}`, () => ledger.put(item, expected)),
    },
    switches: {
      halt: () => effect("halt.get", () => switches.halt()),
      stop: (requestId) => effect("stop.get", () => switches.stop(requestId)),
    },
    verifyMac: (message, mac) => effect("kms.verify", () => given.verifyMac(message, mac)),
  };
}
