import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../config/catalog/index.ts";
import { columnsOf, readTools } from "../../../config/catalog/read-tools.ts";
import { SERVICES } from "../../../config/catalog/services.ts";
import { catalogIndex, catalogText } from "../../../config/catalog/tools.ts";

type Schema = { type?: unknown; properties?: Record<string, Schema>; additionalProperties?: unknown; items?: Schema };

/** Every object schema in a schema, itself included. */
function objects(schema: Schema): Schema[] {
  const below = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])].flatMap(objects);
  return schema.type === "object" ? [schema, ...below] : below;
}

describe.each(SERVICES)("the tools of the %s worker", (service) => {
  const tools = readTools(CATALOG[service]);

  it("are its reads, one each, under names the Messages API takes", () => {
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(CATALOG[service].reads));
    for (const { name, description } of tools) {
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(description).toContain(CATALOG[service].reads[name]?.summary);
    }
  });

  it("have closed object schemas with exactly the entry's input", () => {
    for (const { name, input_schema } of tools) {
      const schema = input_schema as Schema;
      expect(schema.type).toBe("object");
      expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(CATALOG[service].reads[name]?.input.shape ?? {}));
      for (const object of objects(schema)) expect(object.additionalProperties, name).toBe(false);
      expect(input_schema).not.toHaveProperty("$schema");
    }
  });
});

describe("columnsOf", () => {
  it("is ARN, bound input, Absent, projected fields, in that order and only where they are", () => {
    const { s3, ec2, iam } = CATALOG;
    expect(columnsOf(s3.reads.GetBucketTagging ?? missing())).toEqual(["Arn", "Bucket", "Absent", "TagSet"]);
    expect(columnsOf(iam.reads.ListMFADevices ?? missing())).toEqual(["UserName", "SerialNumber", "EnableDate"]);
    expect(columnsOf(ec2.reads.DescribeInstances ?? missing())).toEqual(expect.arrayContaining(["Arn", "State.Name", "MetadataOptions.HttpTokens", "Tags"]));
    expect(columnsOf(ec2.reads.DescribeInstances ?? missing())).not.toContain("Absent");
  });
});

describe("the catalog as people and the planner see it", () => {
  const all = SERVICES.flatMap((service) => Object.entries(CATALOG[service].reads).map(([operation, read]) => ({ service, operation, read })));

  it("lists every read once, with its inputs and columns", () => {
    const listed = catalogIndex().flatMap(({ service, reads }) => reads.map((read) => ({ service, ...read })));
    expect(listed.map(({ service, operation }) => `${service}.${operation}`)).toEqual(all.map(({ service, operation }) => `${service}.${operation}`));
    expect(listed.find(({ operation }) => operation === "GetBucketTagging")).toEqual({
      service: "s3",
      operation: "GetBucketTagging",
      entity: "bucket",
      summary: "A bucket's tags. Absent: it has none.",
      input: ["Bucket"],
      columns: ["Arn", "Bucket", "Absent", "TagSet"],
      each: "ListBuckets",
    });
  });

  it("says the same in a line a read, within what a prompt should spend on it", () => {
    const lines = catalogText().split("\n");
    expect(lines).toHaveLength(SERVICES.length + all.length);
    for (const { operation, read } of all) expect(lines.some((line) => line.startsWith(`- ${operation}(`) && line.includes(read.summary))).toBe(true);
    expect(Buffer.byteLength(catalogText())).toBeLessThan(20_000);
  });
});

function missing(): never {
  throw new Error("the read is not in the catalog");
}
