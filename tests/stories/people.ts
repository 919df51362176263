/** Another person: an IAM user of the hub who may call the API and nothing else. */
import { principal } from "../../infra/local/principals.ts";
import type { Credentials } from "../../infra/local/signed.ts";
import { HUB } from "./accounts.ts";
import { copy } from "./local.ts";

export const hubUser = (name: string): Promise<Credentials> => principal(copy, name);

export const arnOf = (name: string): string => `arn:aws:iam::${HUB}:user/${name}`;
