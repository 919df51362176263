/** An ASL file with its placeholders filled: `${Name}` inside texts, and whole Retry and Catch blocks said once. */

/** Transient errors of the Lambda service (Step Functions Developer Guide, "Handle transient Lambda service exceptions"). */
const TRANSIENT = ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"];

const ON_TRANSIENT = { ErrorEquals: TRANSIENT, IntervalSeconds: 1, MaxAttempts: 4, BackoffRate: 2, MaxDelaySeconds: 20, JitterStrategy: "FULL" };

const BLOCKS: Readonly<Record<string, unknown>> = {
  // What calls a model: a run that failed may have been paid for, and the next would pay again.
  RetryTransient: [ON_TRANSIENT],
  Retry: [
    ON_TRANSIENT,
    { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 2, MaxDelaySeconds: 20, JitterStrategy: "FULL" },
  ],
  // A mutation worker that is run again finds in the ledger what was done, so it adds no effect; its look beforehand may be paid for twice.
  RetryMutation: [
    ON_TRANSIENT,
    {
      ErrorEquals: ["States.TaskFailed", "States.Timeout"],
      IntervalSeconds: 1,
      MaxAttempts: 1,
      BackoffRate: 2,
      MaxDelaySeconds: 20,
      JitterStrategy: "FULL",
    },
  ],
  // `&` makes a text of an absent Cause (a timeout may have none), so that the report can still be written.
  // The one path of the unexpected: what failed, where, to Report, which ends the execution in Fail.
  Catch: [
    {
      ErrorEquals: ["States.ALL"],
      Output:
        "{% { 'kind': 'crashed', 'state': $states.context.State.Name, 'error': '' & $states.errorOutput.Error, 'cause': $substring('' & $states.errorOutput.Cause, 0, 1000) } %}",
      Next: "Report",
    },
  ],
};

/** A text stands inside others; a number stands alone and stays one. */
export type AslValues = Readonly<Record<string, string | number>>;

/** @throws naming a placeholder without a value. */
export function renderAsl(source: string, values: AslValues): string {
  return JSON.stringify(render(JSON.parse(source), values));
}

function render(node: unknown, values: AslValues): unknown {
  if (typeof node === "string") return renderText(node, values);
  if (Array.isArray(node)) return node.map((item) => render(item, values));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, render(value, values)]));
}

function renderText(text: string, values: AslValues): unknown {
  const whole = /^\$\{(\w+)\}$/.exec(text)?.[1];
  if (whole !== undefined && Object.hasOwn(BLOCKS, whole)) return BLOCKS[whole];
  if (whole !== undefined && Object.hasOwn(values, whole) && typeof values[whole] === "number") return values[whole];
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`the state machine names \${${name}}, for which infra has no function`);
    return String(value);
  });
}
