import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type LocalCopy, localCopy } from "../../../infra/local/copy.ts";
import { isRunning } from "../../../infra/local/processes.ts";
import { zipOf } from "../../../infra/local/seed/zip.ts";
import { emptyCopy, startCopy, statusOf, stopCopy } from "../../../infra/local/stack.ts";
import { readState, writeState } from "../../../infra/local/state.ts";
import { makeRole, remove, root, startedCopy, unusedCopy } from "./set-up.ts";

const ACCOUNT = "111111111111";
const made: LocalCopy[] = [];
const track = (copy: LocalCopy) => {
  made.push(copy);
  return copy;
};

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(made.splice(0).map(remove));
});

const buckets = async (copy: LocalCopy) => ((await new S3Client(root(copy, ACCOUNT)).send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name);
const makeBucket = (copy: LocalCopy, Bucket: string) => new S3Client(root(copy, ACCOUNT)).send(new CreateBucketCommand({ Bucket }));
const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "");
  } catch {
    return false;
  }
};

describe("one copy", () => {
  it("starts, is kept by a second start, and stops with the functions it runs", { timeout: 60_000 }, async () => {
    const copy = track(await unusedCopy());
    expect(statusOf(copy)).toMatchObject({ running: false, model: null });
    expect(await startCopy(copy, "offline")).toEqual({ reused: false });
    expect(statusOf(copy)).toMatchObject({ running: true, model: "offline" });

    await makeBucket(copy, "kept-bucket");
    expect(await startCopy(copy, "offline")).toEqual({ reused: true });
    expect(await buckets(copy)).toEqual(["kept-bucket"]);

    const lambda = new LambdaClient(root(copy, ACCOUNT));
    await makeRole(copy, ACCOUNT, "pid", "s3:ListAllMyBuckets");
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "pid",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${ACCOUNT}:role/pid`,
        Code: { ZipFile: zipOf("index.mjs", "export const handler = async () => process.pid;") },
      }),
    );
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "pid" }));
    const worker = Number(Buffer.from(Payload!).toString());
    expect(alive(worker)).toBe(true);

    expect(await stopCopy(copy)).toEqual({ stopped: true });
    expect(statusOf(copy)).toMatchObject({ running: false });
    await expect.poll(() => alive(worker)).toBe(false);
    expect(await stopCopy(copy)).toEqual({ stopped: false });
  });

  it("replaces only the model server when another kind is asked for", { timeout: 60_000 }, async () => {
    const copy = track(await startedCopy());
    const before = statusOf(copy);
    await makeBucket(copy, "kept-bucket");
    for (const name of ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "us-east-1");
    await startCopy(copy, "bedrock");
    const after = statusOf(copy);
    expect(after).toMatchObject({ running: true, model: "bedrock", aws: before.aws });
    expect(after.modelServer).not.toEqual(before.modelServer);
    expect(await buckets(copy)).toEqual(["kept-bucket"]);
  });

  it("goes on without a model server when the one asked for doesn't start, and says why", { timeout: 60_000 }, async () => {
    const copy = track(await startedCopy());
    const { aws } = statusOf(copy);
    vi.stubEnv("ANTHROPIC_API_KEY", undefined);
    await expect(startCopy(copy, "anthropic")).rejects.toThrow("ANTHROPIC_API_KEY");
    expect(statusOf(copy)).toMatchObject({ running: false, aws, modelServer: null });
    expect(await startCopy(copy, "offline")).toEqual({ reused: true });
  });

  it("is empty after a reset and goes on running", { timeout: 60_000 }, async () => {
    const copy = track(await startedCopy());
    await makeBucket(copy, "gone-bucket");
    await emptyCopy(copy);
    expect(await buckets(copy)).toEqual([]);
    expect(statusOf(copy).running).toBe(true);
  });
});

describe("what an earlier run left behind", () => {
  it("does not hinder a start, and a process that only got the same id is not touched", { timeout: 60_000 }, async () => {
    const copy = track(await unusedCopy());
    mkdirSync(copy.folder, { recursive: true });
    const bystander = { name: "aws", pid: process.pid, birth: "another time" };
    writeState(copy, { model: "offline", aws: bystander, modelServer: bystander, scratch: `${copy.folder}/scratch` });
    expect(statusOf(copy)).toMatchObject({ running: false, aws: null });
    expect(await stopCopy(copy)).toEqual({ stopped: false });

    writeState(copy, { model: "offline", aws: bystander, modelServer: bystander, scratch: `${copy.folder}/scratch` });
    expect(await startCopy(copy, "offline")).toEqual({ reused: false });
    expect(readState(copy)?.aws?.pid).not.toBe(process.pid);
  });

  it("is found again when only the model server survived", { timeout: 60_000 }, async () => {
    const copy = track(await startedCopy());
    const { aws, modelServer } = statusOf(copy);
    process.kill(-aws!.pid, "SIGKILL");
    await expect.poll(() => statusOf(copy).running).toBe(false);
    expect(await startCopy(copy, "offline")).toEqual({ reused: false });
    expect(isRunning(modelServer!)).toBe(false);
    expect(statusOf(copy).running).toBe(true);
  });

  it("that can't be read is said, with what to do", async () => {
    const copy = track(await unusedCopy());
    mkdirSync(copy.folder, { recursive: true });
    writeFileSync(copy.files.state, '{"pid":1}');
    expect(() => statusOf(copy)).toThrow(/can't be read[\s\S]*Delete/);
    writeFileSync(copy.files.state, "");
  });
});

describe("ports", () => {
  it("in use by somebody else are named, with another to take", async () => {
    const copy = track(await unusedCopy());
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(copy.modelPort, "127.0.0.1", resolve));
    try {
      await expect(startCopy(copy, "offline")).rejects.toThrow(`Port ${copy.modelPort} is in use`);
      expect(statusOf(copy)).toMatchObject({ running: false });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it.each([0, 80, 65_535, 1.5, Number.NaN])("%s is no base port", (port) => {
    expect(() => localCopy(port)).toThrow(/whole number from 1024 to 65533/);
  });
});

it("two copies run side by side and know nothing of each other", { timeout: 60_000 }, async () => {
  const [one, two] = [track(await startedCopy()), track(await startedCopy())];
  await makeBucket(one, "only-in-one");
  expect(await buckets(one)).toEqual(["only-in-one"]);
  expect(await buckets(two)).toEqual([]);
  await stopCopy(one);
  expect(statusOf(two).running).toBe(true);
  expect(await buckets(two)).toEqual([]);
});
