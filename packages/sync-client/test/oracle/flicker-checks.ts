import type { KeptOperation, Screen, ScreenRow } from "./client-port.ts";
import { CHOSEN_SCOPE, scopeOfList } from "./lists-contract.ts";
import type { History } from "./history.ts";
import type { Verdicts } from "./violation.ts";

/** What a screen has shown so far. */
interface Memory {
  rows: Screen["rows"];
}

/**
 * Nothing that a person has seen goes by itself (C5, I4): an applied operation's row stays in sight between the overlay and
 * the pull, and no counter ever falls. Only for people who are removed from nothing, and where nobody has discarded
 * anything: then every disappearance has a deletion behind it.
 */
export function createFlickerChecks({ history, verdicts }: { readonly history: History; readonly verdicts: Verdicts }) {
  const memories = new Map<number, Memory>();
  /** Clients whose people have given something up. */
  const excused = new Set<number>();
  let isRewound = false;

  return {
    excuse: (client: number) => void excused.add(client),
    /** What anybody has seen may never have happened now. */
    forgetHistory: () => void (isRewound = true),

    look(client: number, screen: Screen, operations: readonly KeptOperation[]): void {
      if (isRewound || excused.has(client)) return;
      const { author, rows } = screen;
      const memory = memories.get(author) ?? { rows };
      memories.set(author, memory);
      if (memory.rows === rows) return;
      for (const [key, before] of memory.rows) {
        const now = rows.get(key);
        if (now === before || mayGo(key, before)) continue;
        if (now === undefined) {
          if (!isDeleted(key, before, operations))
            verdicts.breaks("I4", `Tab ${author} showed ${key}, and does not any more.`);
        } else if (Number(now.value["count"] ?? 0) < Number(before.value["count"] ?? 0)) {
          verdicts.breaks(
            "I4",
            `Tab ${author} showed ${key} fall to ${JSON.stringify(now)} from ${JSON.stringify(before)}.`,
          );
        }
      }
      memory.rows = rows;
    },
  };

  function isDeleted(key: string, before: ScreenRow, operations: readonly KeptOperation[]): boolean {
    const end = key.indexOf("/");
    const id = key.slice(end + 1);
    const { value } = before;
    const scope = scopeOfList(String(value["listId"]));
    if (history.reference.row(scope, key, history.length()) === null) return true;
    return operations.some(({ name, args }) => name === "item.delete" && Reflect.get(Object(args), "id") === id);
  }
}

/** What lies outside a window goes with a pull from nothing, what nobody subscribes to with its confirmation. */
const mayGo = (key: string, { value }: ScreenRow): boolean =>
  /^(entry|conflict|verdict)\//.test(key) || scopeOfList(String(value["listId"])) === CHOSEN_SCOPE;
