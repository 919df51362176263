/** The accounts of settings.yaml by what the stories use them for. */
export const HUB = "000000000000";
export const SANDBOX = "666666666666";
export const DEVELOPMENT = "333333333333";
/** acme-test: nothing is in it but what a story makes. */
export const TEST = "888888888888";
export const PRODUCTION = "555555555555";
/** acme-staging: registered, but its roles are gone. */
export const ROLELESS = "444444444444";
export const REGISTERED = [SANDBOX, DEVELOPMENT, TEST, PRODUCTION, ROLELESS] as const;
/** Those a worker can enter. */
export const READABLE = [SANDBOX, DEVELOPMENT, PRODUCTION] as const;
