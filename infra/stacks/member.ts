/** What a registered account gets: the workers' roles of the same names, those that change something only where tier and scopes allow it. */
import { CfnCondition, CfnParameter, Fn, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ENVIRONMENTS } from "../../config/accounts.ts";
import { MUTABLE_SERVICES, type MutableService, SERVICES } from "../../config/catalog/services.ts";
import { discoveryRole, mutationRole } from "../../config/names.ts";
import type { Settings } from "../../config/settings.ts";
import { allowedActions, Boundary } from "../constructs/boundary.ts";
import { readStatements } from "../constructs/discovery-role.ts";
import { trustOfHubMutationRole, trustOfHubRole } from "../constructs/hub-trust.ts";
import { accountsInScope, changeStatements } from "../constructs/mutation-role.ts";
import { ScopedRole } from "../constructs/scoped-role.ts";
import type { Statement } from "../constructs/statement.ts";

export interface MemberProps extends StackProps {
  readonly settings: Settings;
  /** The registered account; absent for the StackSet's template, which is given tier, scopes and external id for each account. */
  readonly account?: Settings["accounts"][number];
}

/** A mutation role of the account, and on what it depends in the StackSet's template. */
interface Changer {
  readonly service: MutableService;
  readonly statements: readonly Statement[];
  readonly condition?: CfnCondition;
}

export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, { settings, account, ...props }: MemberProps) {
    super(scope, id, props);
    const { deployment } = settings;
    const externalId = new CfnParameter(this, "ExternalId", {
      type: "String",
      minLength: 8,
      description: "The account's externalId in the hub's settings file.",
      ...(account ? { default: account.externalId } : {}),
    }).valueAsString;
    const readers = SERVICES.map((service) => ({ service, statements: readStatements(this, service) }));
    const changers = account ? this.changers(settings, account.id) : this.parameterised(settings);
    const boundary =
      deployment.permissionsBoundary === null
        ? this.boundary(
            settings,
            readers.flatMap(({ statements }) => statements),
            changers,
          )
        : undefined;
    const roles = [
      ...readers.map(
        ({ service, statements }) =>
          new ScopedRole(this, `discovery-${service}`, {
            deployment,
            name: `discovery-${service}`,
            assumedBy: trustOfHubRole(deployment, discoveryRole(deployment, service), externalId),
            description: `Reads ${service} for AWS Coworker's worker of the same name.`,
            statements,
          }),
      ),
      ...changers.map(
        ({ service, ...changer }) =>
          new ScopedRole(this, `mutation-${service}`, {
            deployment,
            name: `mutation-${service}`,
            assumedBy: trustOfHubMutationRole(deployment, mutationRole(deployment, service), externalId),
            description: `Changes ${service} for AWS Coworker's worker of the same name.`,
            ...changer,
          }),
      ),
    ];
    if (boundary) for (const role of roles) role.node.addDependency(boundary);
  }

  /** settings.ts has refused scopes whose environment allows no direct change: in staging and production there are none. */
  private changers(settings: Settings, account: string): Changer[] {
    return MUTABLE_SERVICES.filter((service) => accountsInScope(settings, service).includes(account)).map((service) => ({
      service,
      statements: changeStatements(this, service, settings),
    }));
  }

  /** Services of no scope at all are left out; of the others each account says its own. */
  private parameterised(settings: Settings): Changer[] {
    const services = MUTABLE_SERVICES.filter((service) => accountsInScope(settings, service).length > 0);
    if (services.length === 0) return [];
    const environment = new CfnParameter(this, "Environment", {
      type: "String",
      allowedValues: [...ENVIRONMENTS],
      description: "The account's environment in the hub's settings file. Where it allows no direct change no mutation role is made.",
    });
    const direct = new CfnCondition(this, "DirectChange", {
      expression: Fn.conditionOr(
        ...ENVIRONMENTS.filter((name) => settings.environments[name].directMutation).map((name) => Fn.conditionEquals(environment.valueAsString, name)),
      ),
    });
    return services.map((service) => {
      const title = `Change${service.charAt(0).toUpperCase()}${service.slice(1)}`;
      const chosen = new CfnParameter(this, title, {
        type: "String",
        allowedValues: ["yes", "no"],
        default: "no",
        description: `yes: the settings file's scopes let ${service} be changed in this account.`,
      });
      const condition = new CfnCondition(this, `${title}Here`, { expression: Fn.conditionAnd(direct, Fn.conditionEquals(chosen.valueAsString, "yes")) });
      return { service, statements: changeStatements(this, service, settings), condition };
    });
  }

  private boundary({ deployment }: Settings, reads: readonly Statement[], changers: readonly Changer[]): Boundary {
    const always = changers.filter(({ condition }) => condition === undefined).flatMap(({ statements }) => statements);
    return new Boundary(this, "Boundary", {
      deployment,
      actions: allowedActions([...reads, ...always]),
      optional: changers.flatMap(({ service, statements, condition }) =>
        condition
          ? [{ sid: `NothingMoreWhereChanged${service.charAt(0).toUpperCase()}${service.slice(1)}`, actions: allowedActions(statements), condition }]
          : [],
      ),
    });
  }
}
