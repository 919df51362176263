/** What a policy document allows everybody. Pure; a document that is no object counts as none. */

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
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

/** I14: whether a statement denies everybody what does not come over TLS. */
export function denyingPlainHttp(policy: unknown): boolean {
  return statements(policy).some(({ Effect, Principal, Condition }) => {
    const bool = (Condition as { Bool?: Record<string, unknown> } | undefined)?.Bool ?? {};
    return Effect === "Deny" && everybody(Principal) && String(bool["aws:SecureTransport"]) === "false";
  });
}
