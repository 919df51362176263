/** The request machine, seen from outside: start an execution by name, ask how it stands. */
import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";

export type ExecutionStatus = "not_started" | "running" | "succeeded" | "failed" | "timed_out" | "aborted";

export interface Executions {
  /**
   * Safe to repeat. "taken": an execution of this name exists, which runs or ran with this or another input (AWS answers the
   * same while it runs with another input and, for 90 days after it ended, with any); the caller knows whether it was its own.
   */
  start(id: string, input: string): Promise<"started" | "taken">;
  status(id: string): Promise<ExecutionStatus>;
}

const STATUS: Readonly<Record<string, ExecutionStatus>> = { SUCCEEDED: "succeeded", FAILED: "failed", TIMED_OUT: "timed_out", ABORTED: "aborted" };

export function machineExecutions(client: Pick<SFNClient, "send">, machineArn: string): Executions {
  return {
    async start(id, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name: id, input }));
        return "started";
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
        return "taken";
      }
    },
    async status(id) {
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn: `${machineArn.replace(":stateMachine:", ":execution:")}:${id}` }));
        return STATUS[status ?? ""] ?? "running";
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return "not_started";
        throw error;
      }
    },
  };
}
