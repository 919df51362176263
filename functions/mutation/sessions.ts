/** Narrowed sessions of a call: one for as many of its steps as fit, each able to do exactly what those steps say. */

import { compileSessionPolicy, MOST_SESSION_CHARACTERS, type SessionStep } from "../../config/catalog/session-policy.ts";
import type { Place } from "../../config/catalog/state.ts";
import { mutationRole, mutationWorker } from "../../config/names.ts";
import type { ConnectedService, DiscoveryService } from "../discovery/service.ts";
import type { RoleResolution } from "../shared/contracts.ts";
import type { Job } from "./accept.ts";
import type { Boundaries } from "./boundaries.ts";
import { assumeNarrowed } from "./identity.ts";
import { refused, type Told } from "./outcome.ts";
import type { ConnectedMutation } from "./service.ts";

export interface Session {
  /** The narrowed session's ARN. */
  readonly principal: string;
  readonly role: string;
  readonly service: DiscoveryService;
  readonly reads: ConnectedService;
  readonly writes: ConnectedMutation;
}

/** A step's part of a session policy. */
export interface Need {
  readonly stepId: string;
  readonly needs: SessionStep;
}

export interface Sessions {
  /**
   * The session for the first of these, shared with as many of the others as its policy has room for.
   * @param needs the step and those that may come after it, in order.
   */
  forFirst(needs: readonly [Need, ...Need[]]): Promise<Session | Told>;
  /** The session that is open for a step, if one is. */
  openFor(stepId: string): Session | undefined;
  readonly resolutions: RoleResolution[];
}

export function sessionsOf({ call, account, planHash, approval }: Job, boundaries: Boundaries): Sessions {
  const { settings, sts, reads, mutation } = boundaries;
  const role = mutationRole(settings.deployment, call.service);
  const open = new Map<string, Session>();
  const resolutions = new Map<string, RoleResolution>();

  return {
    openFor: (stepId) => open.get(stepId),
    get resolutions() {
      return [...resolutions.values()];
    },
    async forFirst(needs) {
      const [first] = needs;
      const known = open.get(first.stepId);
      if (known) return known;
      for (let batch = needs.slice(0, settings.limits.plan.batchSize); batch.length > 0; batch = batch.slice(0, Math.floor(batch.length / 2))) {
        const policy = compileSessionPolicy(
          batch.map(({ needs }) => needs),
          mutation.definition.reads,
        );
        if (policy.characters > MOST_SESSION_CHARACTERS) continue;
        const narrowed = await assumeNarrowed(
          {
            ...{ account: call.account, region: call.region, worker: mutationWorker(call.service), role },
            ...{ externalId: account.externalId, requestId: call.requestId, planHash, approver: approval.approver },
            policy: JSON.stringify(policy.document),
          },
          sts,
        );
        if (narrowed.outcome === "too_large") continue;
        resolutions.set(narrowed.resolution.using, narrowed.resolution);
        if (narrowed.outcome === "out") {
          const { operation, errorCode } = narrowed.failure;
          const message = `${operation} for ${role} in account ${call.account} failed (${errorCode}); nothing of this step was done.`;
          return refused(narrowed.error, narrowed.failure, message);
        }
        const options = { region: sdkRegion(call), credentials: narrowed.credentials, userAgent: call.requestId };
        const session = { principal: narrowed.principal, role, service: reads, reads: reads.connect(options), writes: mutation.connect(options) };
        for (const { stepId } of batch) open.set(stepId, session);
        return session;
      }
      return {
        outcome: "failed",
        code: "session_policy_too_large",
        message: `What ${first.stepId} alone needs does not fit STS's session policy; nothing of it was done. Split the step.`,
      };
    },
  };
}

/** Global services answer in us-east-1. */
const sdkRegion = ({ region }: Place): string => (region === "global" ? "us-east-1" : region);
