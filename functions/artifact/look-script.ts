/**
 * What an automation looks at itself, as text: Automation's assertions compare single values, and can't tell "not configured"
 * from a read that failed. It passes on exactly what the plan found; whatever else AWS says, or doesn't say, is an error, so
 * that the step fails and nothing is replaced. All data of the plan comes in its payload; `Planned` is JSON text, since an
 * automation's inputs know no null. Two opening braces in a row would be Automation's own.
 */
export const LOOK_SCRIPT = `import json
import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

def at(value, path):
    if isinstance(value, list):
        return [at(one, path) for one in value]
    if not path:
        return value
    return at(value.get(path[0]), path[1:]) if isinstance(value, dict) else None

def text(value):
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(json.dumps(key) + ": " + text(one) for key, one in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(sorted(text(one) for one in value)) + "]"
    return json.dumps(value, default=str)

def look(client, read):
    absent, planned = read.get("Absent", []), json.loads(read["Planned"])
    asked = read["Api"] + " " + text(read["Parameters"])
    try:
        row = getattr(client, xform_name(read["Api"]))(**read["Parameters"])
    except ClientError as error:
        if error.response["Error"]["Code"] in absent:
            return
        raise Exception(f"{asked} can't be looked at, so this step changed nothing: {error}") from error
    for field in read.get("Rows", []):
        row = row.get(field) if row else None
        if isinstance(row, list):
            row = row[0] if len(row) == 1 else None
    found = {column: at(row, column.split(".")) for column in planned}
    # Left out or empty is one; 0 and false are values.
    found = {column: None if value in ("", [], {}) else value for column, value in found.items()}
    if absent or row is None or text(found) != text(planned):
        there = "not one resource" if row is None else text(found)[:1000]
        raise Exception(f"{asked} is by now {there}, planned as {absent or text(planned)}: this step changed nothing")

def looks(events, context):
    # Automation itself does not retry what a script is throttled with.
    client = boto3.client(events["Service"], config=Config(retries={"mode": "standard", "max_attempts": 5}))
    for read in events["Reads"]:
        look(client, read)
`;
