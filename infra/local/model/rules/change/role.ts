/** A role as the catalog's writes name it. */
import type { Item } from "../concepts/concept.ts";

/** Name and path of arn:aws:iam::…:role/path/name. */
export function roleOf({ arn }: Item): { RoleName: string; RolePath: string } {
  const [, path = "/", name = ""] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(arn ?? "") ?? [];
  return { RoleName: name, RolePath: path };
}
