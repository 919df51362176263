import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOG, findWrite } from "../../../config/catalog/index.ts";
import { mutationStatements } from "../../../config/catalog/mutation-permissions.ts";
import { MUTABLE_SERVICES, type MutableService } from "../../../config/catalog/services.ts";
import { compileSessionPolicy, MOST_SESSION_CHARACTERS, packBatches, type SessionStep } from "../../../config/catalog/session-policy.ts";
import { decide, isAllowed } from "../../infra/iam/evaluate.ts";
import { type Policy, policySchema } from "../../infra/iam/policy.ts";
import { settings } from "./mutation-settings.ts";
import { ACCOUNT, REGION, SAMPLES } from "./write-samples.ts";

const requestId = "req-0123456789abcdef0123456789abcdef";
const stepOf = (service: MutableService, operation: string, change: object = {}): SessionStep => ({
  write: findWrite(service, operation)!,
  input: { ...SAMPLES[service][operation]!.input, ...change },
  account: ACCOUNT,
  region: REGION,
  requestId,
});
const compile = (service: MutableService, steps: readonly SessionStep[]) => compileSessionPolicy(steps, CATALOG[service].reads);
const parsed = ({ document }: { document: object }): Policy => policySchema.parse(document);

describe("a session's policy", () => {
  it("names one bucket of one step, its reads narrowed to it too", () => {
    expect(compile("s3", [stepOf("s3", "PutPublicAccessBlock")]).document).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging", "s3:PutBucketPublicAccessBlock"],
          Resource: "arn:aws:s3:::acme-logs-sandbox",
        },
      ],
    });
  });

  it("joins steps of the same actions in one statement and counts what is sent", () => {
    const { document, characters } = compile(
      "s3",
      ["a", "b", "c"].map((name) => stepOf("s3", "PutPublicAccessBlock", { Bucket: `acme-${name}` })),
    );
    expect(document.Statement).toHaveLength(1);
    expect(document.Statement[0]).toMatchObject({ Resource: ["arn:aws:s3:::acme-a", "arn:aws:s3:::acme-b", "arn:aws:s3:::acme-c"] });
    expect(characters).toBe(JSON.stringify(document).length);
  });

  it("lets something be made only with the request's tag", () => {
    const session = parsed(compile("ec2", [stepOf("ec2", "CreateSecurityGroup")]));
    const makes = (context: Record<string, string>) =>
      isAllowed({ identity: [session] }, { action: "ec2:CreateSecurityGroup", resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/sg-1`, context });
    expect(makes({ "aws:RequestTag/CoworkerRequest": requestId })).toBe(true);
    expect(makes({ "aws:RequestTag/CoworkerRequest": "req-other" })).toBe(false);
    expect(makes({})).toBe(false);
  });

  it("passes a role only where the step has one, and that one", () => {
    const passing = JSON.stringify(compile("ec2", [stepOf("ec2", "RunInstances")]).document);
    expect(passing).toContain(`arn:aws:iam::${ACCOUNT}:role/coworker-managed/web`);
    const plain = compile("ec2", [stepOf("ec2", "RunInstances", { IamInstanceProfile: undefined, InstanceRole: undefined })]);
    expect(JSON.stringify(plain.document)).not.toContain("PassRole");
  });

  it("has one ARN for each of a list's values", () => {
    const text = JSON.stringify(compile("ec2", [stepOf("ec2", "RunInstances")]).document);
    for (const group of ["sg-0123456789abcdef0", "sg-0fedcba9876543210"]) expect(text).toContain(`security-group/${group}"`);
    expect(text).not.toContain("security-group/*");
  });

  it("that requires IMDSv2 lets nothing else be set, and that of its undo only what was there", () => {
    const sets = (operation: string, change: object, HttpTokens: string) =>
      isAllowed(
        { identity: [parsed(compile("ec2", [stepOf("ec2", operation, change)]))] },
        {
          action: "ec2:ModifyInstanceMetadataOptions",
          resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`,
          context: { "ec2:Attribute/HttpTokens": HttpTokens },
        },
      );
    const values = ["optional", "required"];
    expect(values.filter((value) => sets("ModifyInstanceMetadataOptions", {}, value))).toEqual(["required"]);
    for (const HttpTokens of values) expect(values.filter((value) => sets("RestoreInstanceMetadataOptions", { HttpTokens }, value))).toEqual([HttpTokens]);
  });

  it("attaches the policy of the step and no other of the list", () => {
    const session = parsed(compile("iam", [stepOf("iam", "AttachRolePolicy")]));
    const attaches = (policy: string) =>
      isAllowed(
        { identity: [session] },
        {
          action: "iam:AttachRolePolicy",
          resource: `arn:aws:iam::${ACCOUNT}:role/coworker-managed/acme-sandbox-web-role`,
          context: { "iam:PolicyARN": policy },
        },
      );
    expect(attaches("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")).toBe(true);
    expect(attaches(`arn:aws:iam::${ACCOUNT}:policy/coworker-managed/read-logs`)).toBe(false);
  });
});

describe("packing", () => {
  const buckets = (count: number, length = 20) =>
    Array.from({ length: count }, (_, index) => stepOf("s3", "PutPublicAccessBlock", { Bucket: `b${index}`.padEnd(length, "x") }));
  const sizes = (steps: readonly SessionStep[], most = 50) => {
    const packing = packBatches(steps, most, CATALOG.s3.reads);
    if (!packing.fits) throw new Error("does not fit");
    expect(packing.batches.flat()).toEqual(steps);
    for (const batch of packing.batches) expect(compile("s3", batch).characters).toBeLessThanOrEqual(MOST_SESSION_CHARACTERS);
    return packing.batches.map((batch) => batch.length);
  };

  it("ends a batch at its number of steps, at the policy's size and where the place changes", () => {
    expect(sizes(buckets(5), 2)).toEqual([2, 2, 1]);
    const long = sizes(buckets(60, 63));
    expect(long.length).toBeGreaterThan(1);
    // As full as it gets: one more step would not have fit.
    expect(compile("s3", buckets(60, 63).slice(0, (long[0] ?? 0) + 1)).characters).toBeGreaterThan(MOST_SESSION_CHARACTERS);
    const [one, two, three] = buckets(3) as [SessionStep, SessionStep, SessionStep];
    expect(sizes([one, { ...two, region: "us-east-1" }, { ...three, region: "us-east-1" }])).toEqual([1, 2]);
    expect(sizes([])).toEqual([]);
  });

  it("reserves room for what references will be filled with", () => {
    const reference = stepOf("ec2", "AuthorizeSecurityGroupIngress", { GroupId: { $ref: "s1.GroupId" } });
    const packed = (count: number) =>
      packBatches(
        Array.from({ length: count }, () => reference),
        50,
        CATALOG.ec2.reads,
      );
    expect(packed(3)).toMatchObject({ fits: true });
    const attach = (RoleName: unknown) => stepOf("iam", "AttachRolePolicy", { RoleName });
    const steps = Array.from({ length: 40 }, (_, index) => attach({ $ref: `s${index + 1}.RoleName` }));
    const packing = packBatches(steps, 50, CATALOG.iam.reads);
    // 64 characters, the longest name IAM lets a role have, and another one in each step.
    const names = steps.map((_, index) => attach(`r${index}`.padEnd(64, "x")));
    expect(packing).toMatchObject({ fits: true });
    for (const batch of packing.fits ? packing.batches : [])
      expect(compile("iam", names.slice(0, batch.length)).characters).toBeLessThanOrEqual(MOST_SESSION_CHARACTERS);
  });

  it("says which step alone is too much, so that it can be refused before anything is done", () => {
    const huge = {
      ...stepOf("ec2", "RunInstances"),
      input: { ...stepOf("ec2", "RunInstances").input, SecurityGroupIds: Array.from({ length: 60 }, (_, n) => `sg-${n}`.padEnd(20, "0")) },
    };
    const packing = packBatches([stepOf("ec2", "StopInstances"), huge], 50, CATALOG.ec2.reads);
    expect(packing).toMatchObject({ fits: false, step: huge });
    expect(packing.fits ? 0 : packing.characters).toBeGreaterThan(MOST_SESSION_CHARACTERS);
  });
});

it.each(MUTABLE_SERVICES.flatMap((service) => Object.keys(SAMPLES[service]).map((operation) => [service, operation] as const)))(
  "%s.%s fits a session by itself",
  (service, operation) => {
    expect(packBatches([stepOf(service, operation)], 50, CATALOG[service].reads)).toMatchObject({ fits: true });
  },
);

// ---------------------------------------------------------------- random plans

/** The sample with every id and name another one of the same form: digits and lower-case hexadecimal letters change. */
function varied(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((one, index) => varied(one, seed + index * 7));
  if (typeof value !== "string") return value;
  const id = value.match(/^([a-z]+-)([0-9a-f]{17})$/);
  return id ? `${id[1]}${seed.toString(16).padStart(17, "0")}` : value;
}
const NAMES = ["Bucket", "RoleName", "UserName", "FunctionName"];
const inputOf = (service: MutableService, operation: string, seed: number) =>
  Object.fromEntries(
    Object.entries(SAMPLES[service][operation]!.input).map(([field, value]) => [
      field,
      NAMES.includes(field) ? `${String(value)}-${seed}` : varied(value, seed),
    ]),
  );
const plans = fc.constantFrom(...MUTABLE_SERVICES).chain((service) =>
  fc
    .array(fc.record({ operation: fc.constantFrom(...Object.keys(SAMPLES[service])), seed: fc.integer({ min: 1, max: 10_000 }) }), {
      minLength: 1,
      maxLength: 60,
    })
    .map((chosen) => ({ service, steps: chosen.map(({ operation, seed }) => stepOf(service, operation, inputOf(service, operation, seed))) })),
);

/** A call that a step makes: what AWS asks IAM for. */
function callsOf({ write, input }: SessionStep) {
  const fill = (text: string): string[] => {
    const field = text.match(/\$\{(\w+)\}/)?.[1];
    if (field === undefined) return [text];
    const values = field === "account" ? [ACCOUNT] : field === "region" ? [REGION] : [input[field]].flat().map(String);
    return values.flatMap((value) => fill(text.replaceAll(`\${${field}}`, value)));
  };
  return write.permissions
    .filter(({ when }) => when === undefined || input[when] !== undefined)
    .flatMap(({ action, resource, conditions = {} }) => {
      const context = Object.fromEntries(
        Object.values(conditions).flatMap((keys) => Object.entries(keys).map(([key, value]) => [key, fill(String(value))[0] ?? ""])),
      );
      return fill(resource).map((arn) => ({
        action,
        resource: arn === "*" ? "*" : arn.replace(/\*$/, "x-0123456789abcdef0"),
        context: { "aws:RequestedRegion": REGION, "aws:ResourceAccount": ACCOUNT, "aws:RequestTag/CoworkerRequest": requestId, ...context },
      }));
    });
}

describe("of any plan", () => {
  const roles = Object.fromEntries(
    MUTABLE_SERVICES.map((service) => [
      service,
      policySchema.parse({ Version: "2012-10-17", Statement: mutationStatements(service, settings, { account: ACCOUNT }).map(({ why, ...one }) => one) }),
    ]),
  ) as Record<MutableService, Policy>;

  it("the batches fit, keep order and let every step do all it needs, within the role", () => {
    void fc.assert(
      fc.property(plans, ({ service, steps }) => {
        const packing = packBatches(steps, 50, CATALOG[service].reads);
        if (!packing.fits) throw new Error("every sample fits alone");
        expect(packing.batches.flat()).toEqual(steps);
        for (const batch of packing.batches) {
          const policy = compile(service, batch);
          expect(batch.length).toBeLessThanOrEqual(50);
          expect(policy.characters).toBeLessThanOrEqual(MOST_SESSION_CHARACTERS);
          const held = { identity: [roles[service]], session: parsed(policy) };
          // A flow log's three possible types share one id: two of these ARNs are of nothing.
          for (const call of batch.flatMap(callsOf)) expect(decide(held, call), JSON.stringify(call)).toBe("allowed");
        }
      }),
      { numRuns: 150 },
    );
  });

  it("no session allows what its role does not: not even read", () => {
    void fc.assert(
      fc.property(plans, ({ service, steps }) => {
        for (const { Action = [], Resource = [], Condition } of parsed(compile(service, steps)).Statement) {
          const context = Object.fromEntries(Object.values(Condition).flatMap((keys) => Object.entries(keys).map(([key, [value = ""]]) => [key, value])));
          for (const action of Action)
            for (const resource of Resource) {
              const call = {
                action,
                resource: resource.replace(/(?<=.)\*/g, "x"),
                context: { "aws:RequestedRegion": REGION, "aws:ResourceAccount": ACCOUNT, ...context },
              };
              expect(isAllowed({ identity: [roles[service]] }, call), JSON.stringify(call)).toBe(true);
            }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("no session allows a write to anything that is not in the plan", () => {
    void fc.assert(
      fc.property(plans, plans, ({ service, steps }, other) => {
        const session = { identity: [parsed(compile(service, steps))] };
        const planned = new Set(steps.flatMap(callsOf).map(({ action, resource, context }) => JSON.stringify([action, resource, context])));
        const writes = other.steps
          .flatMap(callsOf)
          .filter((call) => call.resource !== "*" && !planned.has(JSON.stringify([call.action, call.resource, call.context])));
        const made = (resource: string) => resource.endsWith("x-0123456789abcdef0");
        for (const call of writes.filter(({ resource }) => !made(resource))) expect(isAllowed(session, call), JSON.stringify(call)).toBe(false);
        for (const call of steps.flatMap(callsOf).filter(({ resource }) => made(resource))) {
          expect(isAllowed(session, { ...call, context: { ...call.context, "aws:RequestTag/CoworkerRequest": "req-other" } })).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});
