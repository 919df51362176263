/** What a registered account gets: the workers' roles of the same names. Deployable by StackSet: the external id is a parameter. */
import { CfnParameter, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { SERVICES } from "../../config/catalog/services.ts";
import type { Settings } from "../../config/settings.ts";
import { Boundary } from "../constructs/boundary.ts";
import { readStatements, trustOfHubRole } from "../constructs/discovery-role.ts";
import { ScopedRole } from "../constructs/scoped-role.ts";

export interface MemberProps extends StackProps {
  readonly settings: Settings;
  /** The registered account's; absent for the StackSet's template, which is given one for each account. */
  readonly externalId?: string;
}

export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, { settings, externalId, ...props }: MemberProps) {
    super(scope, id, props);
    const { deployment } = settings;
    const parameter = new CfnParameter(this, "ExternalId", {
      type: "String",
      minLength: 8,
      description: "The account's externalId in the hub's settings file.",
      ...(externalId === undefined ? {} : { default: externalId }),
    });
    const boundary = deployment.permissionsBoundary === null ? new Boundary(this, "Boundary", { settings, place: "member" }) : undefined;
    for (const service of SERVICES) {
      const role = new ScopedRole(this, `discovery-${service}`, {
        deployment,
        name: `discovery-${service}`,
        assumedBy: trustOfHubRole(deployment, service, parameter.valueAsString),
        description: `Reads ${service} for AWS Coworker's worker of the same name.`,
        statements: readStatements(this, service),
      });
      if (boundary) role.node.addDependency(boundary);
    }
  }
}
