/** The report document, from the report bucket. */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { APIGatewayProxyResult } from "aws-lambda";
import type { Log } from "../errors.ts";

/** What can be served of a report, or why there is none. */
export interface Served<Report> {
  readonly report: Report | null;
  readonly notice?: string;
}
export interface Reports {
  /** The JSON document. */
  json(key: string): Promise<Served<unknown>>;
  markdown(key: string): Promise<Served<string>>;
}

/** Bytes of a whole answer as Lambda carries it, the body as a JSON string; a function may return 6 MB (Lambda quota). */
export const MOST_BYTES = 5_500_000;

/** The answer with its report; where that is more than Lambda carries, the one without it, which is told why. */
export function withinAnswer(whole: APIGatewayProxyResult, key: string, without: (served: Served<null>) => APIGatewayProxyResult): APIGatewayProxyResult {
  const bytes = Buffer.byteLength(JSON.stringify(whole));
  return bytes <= MOST_BYTES ? whole : without(tooLarge(`With its report this answer has ${bytes} bytes`, key));
}

function tooLarge(what: string, key: string): { report: null; notice: string } {
  return { report: null, notice: `${what}, more than this API returns; the report is in the report bucket under ${key}.` };
}

/** A request is shown without its report rather than not at all. A missing object is AccessDenied to a role that may not list. */
export function s3Reports(client: Pick<S3Client, "send">, bucket: string, log: Log): Reports {
  const load = async <Report>(key: string, parse: (text: string) => Report): Promise<Served<Report>> => {
    try {
      const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (ContentLength > MOST_BYTES) return tooLarge(`The report has ${ContentLength} bytes`, key);
      return { report: parse((await Body?.transformToString()) ?? "") };
    } catch (error) {
      const name = error instanceof Error ? error.name : String(error);
      log({ level: "WARN", code: "report_unreadable", key, error: String(error) });
      return { report: null, notice: `The report could not be read (${name}): it has expired, or the report bucket did not answer. It was written to ${key}.` };
    }
  };
  return { json: (key) => load(key, (text): unknown => JSON.parse(text)), markdown: (key) => load(key, (text) => text) };
}
