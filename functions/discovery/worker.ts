/** A discovery worker: its own role in each account, the catalog's reads, evidence kept, tables returned within its share. */

import type { Account } from "../../config/accounts.ts";
import { columnsOf } from "../../config/catalog/read-tools.ts";
import { discoveryRole, discoveryWorker } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import {
  type FailureReport,
  type ResultTable,
  type RoleResolution,
  type UsageEntry,
  type WorkerCall,
  type WorkerRead,
  type WorkerResult,
  type WorkerTarget,
  workerCall,
} from "../shared/contracts.ts";
import type { Invoke } from "../shared/model.ts";
import { redactDeep } from "../shared/secrets.ts";
import { mergeUsage } from "../shared/usage.ts";
import { keep, type PutEvidence } from "./evidence.ts";
import { mergeFailures, shortened } from "./failure.ts";
import { assumeOwnRole, type Sts } from "./identity.ts";
import { pursue } from "./objective.ts";
import { entryOf, runRead } from "./read.ts";
import type { ConnectedService, DiscoveryService } from "./service.ts";
import { fitToShare } from "./share.ts";

export interface WorkerDependencies {
  readonly service: DiscoveryService;
  readonly settings: Settings;
  readonly prompt: string;
  readonly sts: Sts;
  readonly invoke: Invoke;
  readonly put: PutEvidence;
  readonly now: () => number;
}

/** What a Lambda's context gives of time. */
export interface Remaining {
  getRemainingTimeInMillis(): number;
}

/** Kept back for writing evidence and the result. */
const CLOSING_MS = 20_000;
/** A client and its place: one for each target that the worker may read. */
interface Open {
  readonly target: WorkerTarget;
  readonly connected: ConnectedService;
}

export function makeHandler(dependencies: WorkerDependencies): (event: unknown, context: Remaining) => Promise<WorkerResult> {
  const { service, settings, now } = dependencies;
  const { definition } = service;
  const worker = discoveryWorker(definition.service);
  const role = discoveryRole(settings.deployment, definition.service);

  return async function discover(event, context) {
    const started = now();
    const call = workerCall.parse(event);
    if (call.worker !== worker) throw new Error(`${worker} was called as ${call.worker}; the machine's table of workers is wrong`);
    const late = () => context.getRemainingTimeInMillis() < CLOSING_MS;
    const { open, resolutions, failures } = await enter(call);
    const tables: ResultTable[] = [];
    let redactions = 0;

    const read = async (reads: readonly WorkerRead[]) => {
      const made: ResultTable[] = [];
      const before = failures.length;
      for (const one of reads) {
        for (const place of open) {
          const { table, redacted, failed } = await tableOf(one, place, call, tables.length + 1, late);
          failures.push(...failed);
          redactions += redacted;
          if (!table) continue;
          tables.push(table);
          made.push(table);
        }
      }
      return { tables: made, failures: failures.slice(before) };
    };

    let usage: UsageEntry[] = [];
    let note: string | undefined;
    if (open.length > 0 && call.objective) {
      const pursued = await pursue({
        call: { ...call, objective: call.objective },
        definition,
        settings,
        prompt: dependencies.prompt,
        invoke: dependencies.invoke,
        read,
        late,
      });
      ({ usage, note } = pursued);
      failures.push(...pursued.failures.map((failure) => ({ ...failure, role })));
      redactions += pursued.redactions;
    } else if (open.length > 0) {
      await read(call.reads);
    }

    const projectionKey = tables.length > 0 ? `${definition.service}/${call.requestId}/${call.callId}/projection.json` : null;
    if (projectionKey) await keep(dependencies.put, projectionKey, { tables });
    const told = await redactDeep(mergeFailures(failures));
    const base = {
      callId: call.callId,
      worker,
      service: definition.service,
      projectionKey,
      resolutions,
      failures: shortened(told.value),
      usage: mergeUsage(usage),
      redactions: redactions + told.redactions,
      ...(note ? { note } : {}),
    };
    const status =
      tables.length === 0 && failures.length > 0 ? "failed" : failures.length > 0 || tables.some(({ truncated }) => truncated) ? "partial" : "complete";
    return fitToShare({ ...base, status, tables, durationMs: now() - started }, role, call.shareBytes);
  };

  async function enter(call: WorkerCall): Promise<{ open: Open[]; resolutions: RoleResolution[]; failures: FailureReport[] }> {
    const accounts = [...new Set(call.targets.map(({ account }) => account))];
    const region = settings.deployment.hub.region;
    const entered = await Promise.all(
      accounts.map(async (account) => {
        const registered = registeredFor(call.targets, account);
        const identity = await assumeOwnRole({ account, worker, role, externalId: registered.externalId, requestId: call.requestId, region }, dependencies.sts);
        const { outcome } = identity;
        if ("failure" in outcome) return { resolution: identity.resolution, open: [], failures: [outcome.failure] };
        const places = call.targets.filter((target) => target.account === account);
        const open = places.map((target) => ({
          target,
          connected: service.connect({
            region: target.region === "global" ? "us-east-1" : target.region,
            credentials: outcome.credentials,
            userAgent: call.requestId,
          }),
        }));
        return { resolution: identity.resolution, open, failures: [] };
      }),
    );
    return {
      open: entered.flatMap(({ open }) => open),
      resolutions: entered.map(({ resolution }) => resolution),
      failures: entered.flatMap(({ failures }) => failures),
    };
  }

  /** @throws when the account is not registered, or a target of it lies outside the regions it is registered with. */
  function registeredFor(targets: readonly WorkerTarget[], account: string): Account {
    const registered = settings.accounts.find(({ id }) => id === account);
    if (!registered) throw new Error(`account ${account} is not registered; the guardrail must refuse it`);
    const regions: readonly string[] = [...registered.regions, ...(definition.scope === "global" ? ["global"] : [])];
    const outside = targets.find((target) => target.account === account && !regions.includes(target.region));
    if (outside) throw new Error(`region ${outside.region} is not registered for account ${account}; the guardrail must refuse it`);
    return registered;
  }

  async function tableOf(
    one: WorkerRead,
    { target, connected }: Open,
    call: WorkerCall,
    number: number,
    late: () => boolean,
  ): Promise<{ table: ResultTable | null; redacted: number; failed: FailureReport[] }> {
    const result = await runRead(one, { definition, connected, target, role, shard: call.shard, fanOut: settings.limits.fanOut, late });
    // Nothing but failures: there is no table to cite, only the reports.
    if (result.rows.length === 0 && result.failures.length > 0) return { table: null, redacted: 0, failed: result.failures };
    const read = entryOf(service, one.operation);
    const key = `${definition.service}/${call.requestId}/${call.callId}/${number}-${one.operation}-${target.account}-${target.region}.json`;
    const evidence = await keep(dependencies.put, key, result.evidence);
    const { value: rows, redactions } = await redactDeep(result.rows);
    const table: ResultTable = {
      evidenceId: `${call.callId}.${number}`,
      service: definition.service,
      operation: one.operation,
      entity: read.entity,
      account: target.account,
      region: target.region,
      columns: columnsOf(read),
      rows,
      total: rows.length,
      shown: rows.length,
      truncated: result.truncated,
      evidence,
    };
    return { table, redacted: redactions, failed: result.failures };
  }
}
