import * as z from "zod";
import { defineService } from "../../../config/catalog/define.ts";
import { defineWrite, type State } from "../../../config/catalog/write.ts";

const Name = z.string().regex(/^[a-z-]{1,40}$/);
const Id = z.string().regex(/^item-[0-9]+$/);
const Tags = z.record(z.string(), z.string());
const THING = "arn:aws:s3:::${Name}";
const ITEM = "arn:aws:s3:::item/${Id}";
const thing = { operation: "ListThings", by: { Name: "Name" }, match: { Name: "Name" }, columns: ["Name", "Flag", "Level", "Owner"] } as const;
const item = { operation: "ListItems", by: { Id: "Id" }, match: { Id: "Id" }, columns: ["Id", "Name", "State"] } as const;
const row = (before: State) => before.ListThings?.[0] ?? {};
const shared = { entity: "thing", class: "non-destructive", arn: THING, before: [thing], reversible: "yes", seconds: 1 } as const;
const natural = { kind: "natural" } as const;
const putFlag = { command: "PutFlag", input: ({ Name }: Record<string, unknown>) => ({ Name, Flag: true }) } as const;
const putLevel = { command: "PutLevel", input: ({ Name, Level }: Record<string, unknown>) => ({ Name, Level }) } as const;
const makes = { ...shared, tagged: true, entity: "item", arn: "arn:aws:s3:::item/*", before: [{ ...thing, context: true }], after: [item] } as const;

/** One write of every kind that the worker treats differently. */
export const toy = defineService({
  service: "s3",
  scope: "global",
  about: "toys",
  reads: {
    ListThings: {
      summary: "Things.",
      entity: "thing",
      permissions: [{ action: "s3:ListAllMyBuckets", resource: "*", why: "a test's service" }],
      input: z.strictObject({ Name: z.string().optional() }),
      items: "Things[]",
      project: { Name: true, Flag: true, Level: true, Owner: true },
    },
    GetThing: {
      summary: "One thing, by other permissions.",
      entity: "thing",
      permissions: [{ action: "s3:GetBucketAcl", resource: "arn:aws:s3:::*" }],
      input: z.strictObject({ Name: z.string().optional() }),
      items: "Things[]",
      project: { Name: true, Flag: true, Level: true },
    },
    ListItems: {
      summary: "Items.",
      entity: "item",
      permissions: [{ action: "s3:GetBucketTagging", resource: "arn:aws:s3:::*" }],
      input: z.strictObject({ Id: z.string().optional(), Name: z.string().optional() }),
      items: "Items[]",
      project: { Id: true, Name: true, State: true },
    },
  },
  writes: {
    SetFlag: defineWrite({
      ...shared,
      summary: "natural, one call",
      permissions: [{ action: "s3:PutBucketAcl", resource: THING }],
      input: z.strictObject({ Name }),
      calls: [putFlag],
      promises: () => ({ ListThings: { Flag: true } }),
      inverse: ({ Name }, before) => ({ operation: "RestoreThing", input: { Name, Flag: row(before).Flag === true, Level: Number(row(before).Level) } }),
      idempotency: natural,
    }),
    SetBoth: defineWrite({
      ...shared,
      summary: "natural, two calls, nothing takes one of them back",
      permissions: [{ action: "s3:PutBucketAcl", resource: THING }],
      input: z.strictObject({ Name, Level: z.number() }),
      calls: [putFlag, putLevel],
      promises: ({ Level }) => ({ ListThings: { Flag: true, Level } }),
      inverse: ({ Name }, before) => ({ operation: "RestoreThing", input: { Name, Flag: row(before).Flag === true, Level: Number(row(before).Level) } }),
      idempotency: natural,
    }),
    RestoreThing: defineWrite({
      ...shared,
      summary: "natural, two calls, an inverse",
      inverseOnly: true,
      permissions: [{ action: "s3:PutBucketPolicy", resource: THING }],
      input: z.strictObject({ Name, Flag: z.boolean(), Level: z.number() }),
      calls: [{ command: "PutFlag", input: ({ Name, Flag }) => ({ Name, Flag }) }, putLevel],
      promises: ({ Flag, Level }) => ({ ListThings: { Flag, Level } }),
      inverse: ({ Name }) => ({ operation: "SetFlag", input: { Name } }),
      idempotency: natural,
    }),
    MakeThing: defineWrite({
      ...shared,
      summary: "by name, three calls, compensated",
      permissions: [{ action: "s3:CreateBucket", resource: THING }],
      input: z.strictObject({ Name, Level: z.number() }),
      creates: { from: "CreateThing", outputs: {}, defaults: { GetThing: { Flag: false, Level: 0 } } },
      after: [{ operation: "GetThing", by: { Name: "Name" }, match: { Name: "Name" }, columns: ["Name", "Flag", "Level"] }],
      calls: [{ command: "CreateThing", input: ({ Name }) => ({ Name }), already: ["AlreadyOwned"], silent: () => true }, putFlag, putLevel],
      compensate: [{ command: "DropThing", input: ({ Name }) => ({ Name }), already: ["NotFound"] }],
      promises: ({ Name, Level }) => ({ GetThing: { Name, Flag: true, Level } }),
      inverse: ({ Name }) => ({ operation: "DeleteThing", input: { Name } }),
      idempotency: { kind: "name", field: "Name" },
    }),
    DeleteThing: defineWrite({
      ...shared,
      summary: "destructive",
      class: "destructive",
      permissions: [{ action: "s3:DeleteBucket", resource: THING }],
      input: z.strictObject({ Name }),
      calls: [{ command: "DropThing", input: ({ Name }) => ({ Name }), already: ["NotFound"] }],
      promises: () => ({ ListThings: null }),
      inverse: () => null,
      reversible: "no",
      notRestorable: ["the thing"],
      idempotency: natural,
    }),
    MakeItem: defineWrite({
      ...makes,
      summary: "by client token",
      permissions: [{ action: "s3:CreateBucket", resource: "arn:aws:s3:::item/*", why: "a test's service", onCreate: true }],
      input: z.strictObject({ Name, Tags }),
      creates: { from: "CreateItem", outputs: { Id: "Items.0.Id" } },
      calls: [{ command: "CreateItem", input: ({ Name }, { clientToken }) => ({ Name, Token: clientToken }) }],
      promises: ({ Name }) => ({ ListItems: { Name, State: "ready" } }),
      settling: { operation: "ListItems", column: "State", values: ["pending"], seconds: 60 },
      inverse: (_, __, output) => ({ operation: "DropItem", input: { Id: output("Id") } }),
      idempotency: { kind: "client-token" },
    }),
    AddItem: defineWrite({
      ...makes,
      summary: "natural, and what it makes is found by its content",
      permissions: [{ action: "s3:CreateBucket", resource: "arn:aws:s3:::item/*", why: "a test's service", onCreate: true }],
      input: z.strictObject({ Name, Tags }),
      creates: { from: "AddItem", outputs: { Id: "Id" } },
      before: [{ operation: "ListItems", by: { Name: "Name" }, match: { Name: "Name" }, columns: ["Id", "Name"] }],
      after: [{ operation: "ListItems", by: { Name: "Name" }, match: { Name: "Name" }, columns: ["Id", "Name"] }],
      calls: [{ command: "AddItem", input: ({ Name }) => ({ Name }), already: ["Duplicate"] }],
      promises: ({ Name }) => ({ ListItems: { Name } }),
      inverse: (_, __, output) => ({ operation: "DropItem", input: { Id: output("Id") } }),
      idempotency: natural,
    }),
    Snap: defineWrite({
      ...makes,
      summary: "nothing to repeat it by",
      permissions: [{ action: "s3:CreateBucket", resource: "arn:aws:s3:::item/*", why: "a test's service", onCreate: true }],
      input: z.strictObject({ Name, Tags }),
      creates: { from: "SnapItem", outputs: { Id: "Id" } },
      calls: [{ command: "SnapItem", input: ({ Name }) => ({ Name }) }],
      promises: ({ Name }) => ({ ListItems: { Name, State: "ready" } }),
      settling: { operation: "ListItems", column: "State", values: ["pending"], seconds: 60 },
      inverse: (_, __, output) => ({ operation: "DropItem", input: { Id: output("Id") } }),
      idempotency: { kind: "none", lookAt: "Is there an item of this request?" },
    }),
    DropItem: defineWrite({
      ...shared,
      summary: "an inverse",
      class: "destructive",
      inverseOnly: true,
      permissions: [{ action: "s3:DeleteBucket", resource: ITEM }],
      input: z.strictObject({ Id }),
      references: ["Id"],
      arn: ITEM,
      before: [item],
      calls: [{ command: "DropItem", input: ({ Id }) => ({ Id }), already: ["NotFound"] }],
      promises: () => ({ ListItems: null }),
      inverse: () => null,
      reversible: "no",
      notRestorable: ["what it was"],
      idempotency: natural,
    }),
    GiveTo: defineWrite({
      ...shared,
      summary: "takes what an earlier step made",
      permissions: [
        { action: "s3:PutBucketTagging", resource: THING },
        { action: "s3:PutBucketTagging", resource: ITEM },
      ],
      input: z.strictObject({ Name, Id }),
      references: ["Id"],
      calls: [{ command: "PutOwner", input: ({ Name, Id }) => ({ Name, Owner: Id }) }],
      promises: ({ Id }) => ({ ListThings: { Owner: Id } }),
      inverse: ({ Name }) => ({ operation: "GiveBack", input: { Name } }),
      idempotency: natural,
    }),
    GiveBack: defineWrite({
      ...shared,
      summary: "another inverse",
      inverseOnly: true,
      permissions: [{ action: "s3:PutBucketTagging", resource: THING }],
      input: z.strictObject({ Name }),
      calls: [{ command: "PutOwner", input: ({ Name }) => ({ Name, Owner: null }) }],
      promises: () => ({ ListThings: { Owner: null } }),
      inverse: () => null,
      reversible: "no",
      notRestorable: ["what it was"],
      idempotency: natural,
    }),
  },
});
