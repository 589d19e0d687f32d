import type { AppRouter } from "@tidemark/api";
import { createTRPCClient, httpLink } from "@trpc/client";
import { createSync, newId } from "../../src/index.ts";
import { notesContract } from "../notes-contract.ts";

/** The smallest page that embeds the SDK: `?tab` names it to its test, `&user` is who is signed in, `&list` what it shows. */
const address = new URLSearchParams(location.search);
const user = address.get("user") ?? "";
const listId = address.get("list") ?? "";
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
const list = sync.query("note", { index: "byList", equals: [listId] });

const notesTab = {
  /** `null`, or the code of the error that the database could not be opened with. */
  opened: (): Promise<string | null> => sync.opened.then(() => null, codeOf),
  status: () => sync.status.get(),
  activity: () => sync.activity.get(),
  notes: () => list.get().map(({ id, text, $state }) => ({ id, text, state: $state })),
  /** What another page of the origin, or the person in the browser's settings, can do. */
  async deleteDatabases(): Promise<number> {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    await Promise.all(names.map((name) => deleteDatabase(name)));
    return names.length;
  },
  renewals: () => renewals,
  syncNow: () => sync.syncNow(),
  addAll: (texts: readonly string[]) => Promise.all(texts.map((text) => notesTab.add(text))),
  /** Answers the id, or how the call was refused. */
  async add(text: string, id: string = newId()): Promise<Added> {
    try {
      await sync.mutate.note.add({ id, listId, text });
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
    const add = (id: string) => sync.mutate.note.add({ id, listId, text: id });
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

const deleteDatabase = (name: string) =>
  new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error("The database could not be deleted."));
  });

declare global {
  var notesTab: NotesTab;
}
globalThis.notesTab = notesTab;
