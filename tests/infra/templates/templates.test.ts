/** All proofs over the synthesized templates run here, in one process, so that the app is synthesized once. */
import "./orchestrator.proof.ts";
import "./nothing.proof.ts";
import "./discovery.proof.ts";
import "./mutation.proof.ts";
import "./approval-key.proof.ts";
import "./functions-roles.proof.ts";
import "./machine.proof.ts";
import "./policies.proof.ts";
import "./trust.proof.ts";
import "./stores.proof.ts";
import "./entrance.proof.ts";
import "./lambda.proof.ts";
import "./member.proof.ts";
import "./nag.proof.ts";
