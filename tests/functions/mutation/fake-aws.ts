/** An account in memory, with the toy service's reads and writes. */
import { named } from "../shared/fake-model.ts";

interface Thing {
  Name: string;
  Flag: boolean;
  Level: number;
  Owner: string | null;
}
interface Item {
  Id: string;
  Name: string;
  Token: string | null;
  State: "pending" | "ready";
}

export interface FakeAws {
  readonly things: Map<string, Thing>;
  readonly items: Map<string, Item>;
  /** What changed something, in order. */
  readonly effects: string[];
  /** What was asked, changing or not. */
  readonly calls: { readonly command: string; readonly input: Record<string, unknown>; readonly as: string }[];
  read(operation: string, input: Record<string, unknown>): unknown;
  write(command: string, input: Record<string, unknown>, as: string): unknown;
  snapshot(): string;
}

const client = (name: string) => Object.assign(named(name), { $fault: "client", $metadata: { httpStatusCode: 400 } });

export function fakeAws(): FakeAws {
  const things = new Map<string, Thing>([
    ["one", { Name: "one", Flag: false, Level: 1, Owner: null }],
    ["two", { Name: "two", Flag: false, Level: 1, Owner: null }],
    ["three", { Name: "three", Flag: false, Level: 1, Owner: null }],
  ]);
  const items = new Map<string, Item>();
  const effects: string[] = [];
  const calls: FakeAws["calls"] = [];
  let ids = 0;
  const thing = (input: Record<string, unknown>) => {
    const found = things.get(String(input.Name));
    if (!found) throw client("NotFound");
    return found;
  };
  const put = (field: "Flag" | "Level" | "Owner", command: string) => (input: Record<string, unknown>) => {
    const found = thing(input);
    if (found[field] !== input[field]) effects.push(command);
    Object.assign(found, { [field]: input[field] });
    return {};
  };
  const make = (Name: unknown, Token: string | null, command: string) => {
    const known = [...items.values()].find((item) => Token !== null && item.Token === Token);
    if (known) return known;
    const item: Item = { Id: `item-${++ids}`, Name: String(Name), Token, State: "pending" };
    items.set(item.Id, item);
    effects.push(command);
    return item;
  };
  const drop = (from: Map<string, unknown>, key: string, command: string) => {
    if (!from.delete(key)) throw client("NotFound");
    effects.push(command);
    return {};
  };
  const writes: Record<string, (input: Record<string, unknown>) => unknown> = {
    PutFlag: put("Flag", "PutFlag"),
    PutLevel: put("Level", "PutLevel"),
    PutOwner: put("Owner", "PutOwner"),
    CreateThing: (input) => {
      const Name = String(input.Name);
      if (things.has(Name)) throw client("AlreadyOwned");
      things.set(Name, { Name, Flag: false, Level: 0, Owner: null });
      effects.push("CreateThing");
      return {};
    },
    DropThing: (input) => drop(things, String(input.Name), "DropThing"),
    CreateItem: (input) => ({ Items: [make(input.Name, String(input.Token), "CreateItem")] }),
    AddItem: (input) => {
      if ([...items.values()].some(({ Name }) => Name === input.Name)) throw client("Duplicate");
      return make(input.Name, null, "AddItem");
    },
    SnapItem: (input) => make(input.Name, null, "SnapItem"),
    DropItem: (input) => drop(items, String(input.Id), "DropItem"),
  };
  return {
    things,
    items,
    effects,
    calls,
    read(operation, input) {
      if (operation === "ListThings" || operation === "GetThing")
        return { Things: [...things.values()].filter(({ Name }) => input.Name === undefined || Name === input.Name) };
      const found = [...items.values()].filter(({ Id, Name }) => (input.Id ?? Id) === Id && (input.Name ?? Name) === Name).map((item) => ({ ...item }));
      for (const { Id } of found) (items.get(Id) as Item).State = "ready";
      return { Items: found };
    },
    write(command, input, as) {
      calls.push({ command, input, as });
      const run = writes[command];
      if (!run) throw new Error(`the fake account has no ${command}`);
      return run(input);
    },
    snapshot: () => JSON.stringify([[...things.entries()].sort(), [...items.values()].map(({ Name }) => Name)]),
  };
}
