import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpLink } from "@trpc/client";
import { createSync, newId } from "../../src/index.ts";
import { notesContract } from "../notes-contract.ts";

/** The smallest page that embeds the SDK: `?tab` names it to its test, `&user` is who is signed in. */
const address = new URLSearchParams(location.search);
const user = address.get("user") ?? "ann";
let renewals = 0;

const trpc = createTRPCClient<AppRouter>({
  links: [httpLink({ url: "/trpc", methodOverride: "POST", headers: () => ({ authorization: user }) })],
});
const sync = createSync({
  contract: notesContract,
  trpc,
  user: { id: user },
  pollIntervalMs: 250,
  onUnauthorized: () => void (renewals += 1),
});
const home = sync.query("note", { index: "byList", equals: ["home"] });

const notesTab = {
  opened: () => sync.opened,
  status: () => sync.status.get(),
  outbox: () => sync.outbox.get(),
  notes: () => home.get().map(({ id, text, $state }) => ({ id, text, state: $state })),
  renewals: () => renewals,
  syncNow: () => sync.syncNow(),
  /** Answers the id, or how the call was refused. */
  async add(text: string, id: string = newId()): Promise<Added> {
    try {
      await sync.mutate.note.add({ id, listId: "home", text });
      return { id, refused: null };
    } catch (error) {
      return { id, refused: codeOf(error) };
    }
  },
  /**
   * Writes a note, the others after a pause, and beside them one that nobody waits for; says so once all but that one
   * resolved. The report is synchronous: until it is answered not one more step of this page runs, so a kill meets the
   * page exactly there.
   */
  async addAndReport({ ids: [first, ...others], unawaited, pauseMs }: Writes): Promise<void> {
    await sync.opened;
    const { isLeader } = sync.status.get();
    const add = (id: string) => sync.mutate.note.add({ id, listId: "home", text: id });
    await add(first);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    setTimeout(() => void add(unawaited));
    await Promise.all(others.map(add));
    const request = new XMLHttpRequest();
    request.open("POST", `/resolved?tab=${address.get("tab") ?? ""}&leader=${String(isLeader)}`, false);
    request.send();
  },
};

export type NotesTab = typeof notesTab;
export interface Writes {
  readonly ids: readonly [string, ...string[]];
  readonly unawaited: string;
  readonly pauseMs: number;
}
export interface Added {
  readonly id: string;
  /** The code of the error that the call was refused with. */
  readonly refused: string | null;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

declare global {
  var notesTab: NotesTab;
}
globalThis.notesTab = notesTab;
