/** What a closed schema found wrong, for a message: where and why, of the first mistake. */
export function firstIssue(
  { issues }: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] },
  top = "input",
): string {
  const [issue] = issues;
  return `${issue?.path.join(".") || top}: ${issue?.message ?? "invalid"}`;
}
