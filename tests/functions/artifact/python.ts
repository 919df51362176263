/** Runs an automation's scripts as SSM does, with the real botocore (its models, its errors), whose answers are given. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What AWS answers; a code is an error. Botocore checks an answer's fields against the service's model. */
export type Answer = { readonly code: string } | { readonly answer: object } | { readonly lost: true };
export interface Run {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly aws: Answer;
}
export interface Ended {
  readonly passed: boolean;
  readonly message: string;
}

const BOTO3 = `
import botocore.session
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

aws = None
reads = None

def client(service, config=None):
    made = botocore.session.get_session().create_client(
        service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test", config=config)
    if "lost" in aws:
        def lost(**_):
            raise EndpointConnectionError(endpoint_url="https://aws")
        for name in made.meta.method_to_api_mapping:
            setattr(made, name, lost)
        return made
    stub = Stubber(made)
    for read in reads:
        method = next(name for name, api in made.meta.method_to_api_mapping.items() if api == read["Api"])
        if "code" in aws:
            stub.add_client_error(method, service_error_code=aws["code"], service_message="said AWS", expected_params=read["Parameters"])
        else:
            stub.add_response(method, aws["answer"], read["Parameters"])
    stub.activate()
    return made
`;

const RUNNER = `
import json, sys
import boto3

ended = []
for run in json.load(sys.stdin):
    inputs = run["inputs"]
    boto3.aws, boto3.reads = run["aws"], inputs["InputPayload"]["Reads"]
    module = {}
    exec(inputs["Script"], module)
    try:
        said = module[inputs["Handler"]](inputs["InputPayload"], {})
        ended.append({"passed": True, "message": json.dumps(said)})
    except Exception as error:
        ended.append({"passed": False, "message": str(error)})
print(json.dumps(ended))
`;

export const PYTHON = new URL("../../../.local/venv/bin/python", import.meta.url).pathname;

/** One process for all: each script is read anew. */
export function runScripts(runs: readonly Run[]): Ended[] {
  const folder = mkdtempSync(join(tmpdir(), "look-"));
  try {
    writeFileSync(join(folder, "boto3.py"), BOTO3);
    const env = { PATH: "/usr/bin:/bin", PYTHONPATH: folder };
    return JSON.parse(execFileSync(PYTHON, ["-c", RUNNER], { input: JSON.stringify(runs), env, encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
