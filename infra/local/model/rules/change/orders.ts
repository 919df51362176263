/** Which orders a text gives, clause by clause. */
import { sentencesOf } from "../question/normalize.ts";
import { BUCKET_ORDERS } from "./buckets.ts";
import { HARDENING_ORDERS } from "./hardening.ts";
import { OTHER_ORDERS } from "./identity-and-functions.ts";
import { COMPUTE_ORDERS } from "./instances.ts";
import { NETWORK_ORDERS } from "./network.ts";
import type { Order, OrderReader } from "./order.ts";
import { TAG_ORDERS } from "./tagging.ts";

/** The first that fits a clause: more particular ones first. */
const READERS: readonly OrderReader[] = [
  TAG_ORDERS.unset,
  ...HARDENING_ORDERS,
  ...NETWORK_ORDERS,
  ...BUCKET_ORDERS,
  TAG_ORDERS.set,
  ...OTHER_ORDERS,
  ...COMPUTE_ORDERS,
];

export interface Ordered {
  readonly clause: string;
  /** Undefined: the clause is an order that these rules don't know, or none. */
  readonly order: Order | undefined;
}

const VERBS =
  "block|deny|refuse|require|enforce|stop|start|terminate|delete|remove|create|make|tag|untag|enable|disable|encrypt|deactivate|close|revoke|restrict|add|set|update|change|apply|put|reserve|require|enforce|turn (?:on|off)|switch (?:on|off)|shut down";
const NEXT = new RegExp(`(?:,? and (?:then |also )?|, (?:then |also )?|; ?(?:then |also )?| then )(?=(?:${VERBS})\\b)`, "i");
const MANNERS = /^(?:thanks?(?: you)?|please|hi|hello|hey)[\s.!]*$/i;

export function ordersIn(text: string): Ordered[] {
  return sentencesOf(text)
    .filter((sentence) => !MANNERS.test(sentence))
    .flatMap((sentence) => {
      const plain = sentence.replace(/[.!?]+$/, "");
      const whole = orderOf(plain);
      // A new thing and what is to be allowed of it are one order.
      if (whole?.kind === "making") return [{ clause: plain, order: whole }];
      return plain.split(NEXT).map((clause) => ({ clause, order: orderOf(clause) }));
    });
}

function orderOf(clause: string): Order | undefined {
  for (const reader of READERS) {
    const order = reader(clause);
    if (order) return order;
  }
  return undefined;
}
