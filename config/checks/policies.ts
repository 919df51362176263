/** What a policy document allows everybody. Pure; a document that is no object counts as none. */

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

function statements(policy: unknown): Statement[] {
  if (typeof policy !== "object" || policy === null) return [];
  return [(policy as { Statement?: unknown }).Statement].flat().filter((one): one is Statement => typeof one === "object" && one !== null);
}

const everybody = (principal: unknown): boolean =>
  principal === "*" || (typeof principal === "object" && principal !== null && Object.values(principal).flat().includes("*"));

/** Actions that a statement without any condition allows every principal. */
export function publicPrincipals(policy: unknown): string[] {
  const open = statements(policy).filter(({ Effect, Principal, Condition }) => Effect === "Allow" && Condition === undefined && everybody(Principal));
  return [...new Set(open.flatMap(({ Action }) => [Action].flat()).map(String))];
}

/** I14: whether a bucket's policy denies everybody all of S3 that does not come over TLS. A narrower deny, or one with a condition more, leaves a way. */
export function deniesPlainHttp(policy: unknown): boolean {
  const denies = statements(policy).filter(({ Effect, Principal, Action, Condition }) => {
    const isWhole = [Action].flat().some((action) => action === "*" || action === "s3:*");
    return Effect === "Deny" && everybody(Principal) && isWhole && isOnlyPlainHttp(Condition);
  });
  return coverBucket(denies.flatMap(({ Resource }) => [Resource].flat()).map(String));
}

/** The bucket and every object in it. Which bucket is not told here: S3 takes a policy of its own bucket only. */
function coverBucket(resources: readonly string[]): boolean {
  return resources.some((one) => {
    const [named, wildcard] = /^arn:[a-z-]+:s3:::[a-z0-9.-]*(\*?)$/.exec(one) ?? [];
    return one === "*" || wildcard === "*" || (named !== undefined && resources.includes(`${named}/*`));
  });
}

function isOnlyPlainHttp(condition: unknown): boolean {
  const operators = Object.entries(Object(condition) as Record<string, Record<string, unknown>>);
  const keys = operators.flatMap(([operator, own]) => Object.entries(own).map(([key, value]) => ({ operator, key, value })));
  const [only, ...more] = keys;
  return more.length === 0 && only?.operator === "Bool" && only.key.toLowerCase() === "aws:securetransport" && String([only.value].flat()) === "false";
}
