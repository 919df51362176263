import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policySchema } from "../../../config/policies/schema.ts";

test("the schema is the catalog's: `npm run prove -- --write-schema` writes it anew", () => {
  expect(readFileSync(new URL("../../../config/policies/schema.cedarschema", import.meta.url), "utf8")).toBe(policySchema());
});
