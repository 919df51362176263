/** An ASL file with its placeholders filled: `${Name}` inside texts, and whole Retry and Catch blocks said once. */

/** Transient errors of the Lambda service (Step Functions Developer Guide, "Handle transient Lambda service exceptions"). */
const TRANSIENT = ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"];

const BLOCKS: Readonly<Record<string, unknown>> = {
  Retry: [
    { ErrorEquals: TRANSIENT, IntervalSeconds: 1, MaxAttempts: 4, BackoffRate: 2, MaxDelaySeconds: 20, JitterStrategy: "FULL" },
    { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 2, MaxDelaySeconds: 20, JitterStrategy: "FULL" },
  ],
  // The one path of the unexpected: what failed, where, to Report, which ends the execution in Fail.
  Catch: [
    {
      ErrorEquals: ["States.ALL"],
      Output: "{% { 'kind': 'crashed', 'state': $states.context.State.Name, 'error': $string($states.errorOutput.Error), 'cause': $substring($string($states.errorOutput.Cause), 0, 1000) } %}",
      Next: "Report",
    },
  ],
};

/** @throws naming a placeholder without a value. */
export function renderAsl(source: string, values: Readonly<Record<string, string>>): string {
  return JSON.stringify(render(JSON.parse(source), values));
}

function render(node: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof node === "string") return renderText(node, values);
  if (Array.isArray(node)) return node.map((item) => render(item, values));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, render(value, values)]));
}

function renderText(text: string, values: Readonly<Record<string, string>>): unknown {
  const block = /^\$\{(\w+)\}$/.exec(text)?.[1];
  if (block !== undefined && Object.hasOwn(BLOCKS, block)) return BLOCKS[block];
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the state machine names \${${name}}, for which infra has no function`);
    return value;
  });
}
