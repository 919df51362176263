/** Small schemas that several documents share. */
import * as z from "zod";
import { SERVICES } from "../../../config/catalog/services.ts";

export const accountId = z.string().regex(/^\d{12}$/, "a 12-digit account id");
export const regionName = z.string().regex(/^(global|[a-z]{2}(-[a-z]+)+-\d)$/, "a region such as eu-west-1");
export const service = z.enum(SERVICES);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
