/**
 * Stands in for the SDK's default chain of credential sources. Lambda puts a function's credentials into
 * its environment; a function that finds none there must fail and not go looking in files, processes or
 * metadata services for another identity (law 6).
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
