/** What is said of a proposal with more steps than a plan may have, whether it can be carried to the guardrail or not (F06). */

export const tooManySteps = (count: number, most: number): string => `The plan has ${count} steps; one plan has at most ${most}.`;
export const FEWER_STEPS = "Ask for fewer resources at once, or for the rest in requests of their own.";
