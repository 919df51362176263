/** GET /requests/{id}/artifact: the files for a pipeline, from the artifact bucket; which there are is in the journal. */
import { createHash } from "node:crypto";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { ApiError, notFound } from "../errors.ts";
import { json } from "../http.ts";
import { requesterOf } from "../principal.ts";
import { requestId } from "../request-id.ts";
import type { Answer } from "../routes.ts";
import type { RequestStore } from "../store.ts";
import { changeOf } from "./change.ts";
import { type JournalReader, wholeJournal } from "./journal.ts";
import { MOST_BYTES } from "./report.ts";

export interface ArtifactDependencies {
  readonly store: RequestStore;
  readonly journal: JournalReader;
  /** A file of the artifact bucket as it is. */
  readonly artifactFile: (key: string) => Promise<Uint8Array>;
}

export function getArtifact({ store, journal, artifactFile }: ArtifactDependencies): Answer {
  return async (event) => {
    const requester = requesterOf(event);
    const id = requestId(event);
    if (!(await store.get(requester, id))) throw notFound();
    const artifact = changeOf(await wholeJournal(journal, id))?.artifact;
    if (!artifact)
      throw new ApiError(
        "no_artifact",
        "This request has no artifact: only a plan for staging or production becomes one. GET /requests/{id} says where it is.",
      );
    const files = await Promise.all(
      artifact.files.map(async ({ path, key, sha256, bytes }) => {
        const content = await artifactFile(key);
        if (createHash("sha256").update(content).digest("hex") !== sha256)
          throw new Error(`${key} in the artifact bucket is not the file that was written there`);
        return { path, sha256, bytes, content: new TextDecoder("utf-8", { fatal: true }).decode(content) };
      }),
    );
    const { releasable, blockers, branch, summary } = artifact;
    const head = { requestId: id, releasable, blockers, branch, summary };
    const whole = json(200, { ...head, files });
    if (Buffer.byteLength(JSON.stringify(whole)) <= MOST_BYTES) return whole;
    const notice = "The files are more than this API returns at once; they are in the artifact bucket under their keys.";
    return json(200, { ...head, files: artifact.files.map((file) => ({ ...file, content: null })), notice });
  };
}

export function s3ArtifactFile(client: Pick<S3Client, "send">, bucket: string): ArtifactDependencies["artifactFile"] {
  return async (key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!Body) throw new Error(`${key} in the artifact bucket is empty`);
    return Body.transformToByteArray();
  };
}
