import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SERVICES } from "../../../config/catalog/services.ts";
import { FUNCTIONS } from "../../../config/names.ts";
import { rolesOf } from "./roles.ts";
import { ALL } from "./synthesize.ts";

describe.each(ALL)("$name: member templates", (assembly) => {
  const { hub, prefix } = assembly.settings.deployment;
  const members = assembly.templates.filter(({ place }) => place === "member");
  const stackset = members.find(({ stack }) => stack === `${prefix}-member`);

  test("one is for a StackSet: its external id must be given, and it names no account but the hub", () => {
    expect(stackset?.parameters.ExternalId).toEqual({ Type: "String", MinLength: 8 });
    expect(new Set(stackset?.text.match(/\b\d{12}\b/g))).toEqual(new Set([hub.account]));
  });

  test("and brings no assets: the template is all of it", () => {
    expect(stackset?.text).not.toMatch(/S3Bucket|S3Key|cdk-[a-z0-9]+-assets/);
    const files = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });
    const assets = files.parse(JSON.parse(readFileSync(join(assembly.assembly, `${prefix}-member.assets.json`), "utf8")));
    expect(Object.values(assets.files).map(({ source }) => source.path)).toEqual([`${prefix}-member.template.json`]);
  });

  test("one for each registered account beside the hub carries that account's external id", () => {
    const registered = assembly.settings.accounts.filter(({ id }) => id !== hub.account);
    const own = members.filter((template) => template !== stackset);
    expect(own.map(({ account, parameters }) => [account, parameters.ExternalId?.Default])).toEqual(registered.map(({ id, externalId }) => [id, externalId]));
  });

  test("no role but the known ones exists anywhere: none that changes anything", () => {
    const workers = SERVICES.map((service) => `discovery-${service}`);
    const known = { hub: [...FUNCTIONS, ...workers, "request-machine"], member: workers };
    for (const template of assembly.templates.filter(({ resources }) => resources.some(({ type }) => type === "AWS::IAM::Role"))) {
      const names = rolesOf(assembly)
        .filter((role) => role.template === template)
        .map(({ name }) => name);
      expect(
        names.filter((name) => !known[template.place].includes(name)),
        template.stack,
      ).toEqual([]);
      expect(template.text).not.toMatch(/mutation/i);
    }
    expect(rolesOf(assembly)).toHaveLength(known.hub.length + members.length * workers.length);
  });
});
