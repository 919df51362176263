import { expect, it } from "vitest";
import { ec2 } from "../../../config/catalog/ec2.ts";
import { columnsOf } from "../../../config/catalog/read-tools.ts";
import { rowsAt, toRow } from "../../../functions/discovery/project.ts";
import { sampleResponse } from "../../config/catalog/instance-sample.ts";

it("brings at most 8 % of a response on 100 instances to a model", () => {
  const response = sampleResponse(100);
  const read = ec2.reads.DescribeInstances;
  const rows = rowsAt(response, read.items).map((item) => toRow(item, read, { account: "123456789012", region: "eu-west-1", bound: {}, absent: null }));
  const table = { columns: columnsOf(read), rows };
  expect(rows).toHaveLength(100);
  expect(rows[1]).toContain("arn:aws:ec2:eu-west-1:123456789012:instance/i-00000000000000001");
  expect(rows.every((row) => row.length === table.columns.length && row.every((cell) => cell !== null))).toBe(true);
  expect(JSON.stringify(table).length / JSON.stringify(response).length).toBeLessThanOrEqual(0.08);
});
