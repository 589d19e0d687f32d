import { renderToString } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import {
  SyncProvider,
  useDeadLetters,
  useLive,
  useMutation,
  useOutbox,
  useSync,
  useSyncStatus,
} from "../src/react/index.ts";
import { createWorld } from "./harness.ts";
import type { NotesContract } from "./notes-contract.ts";

declare module "../src/react/register.ts" {
  interface Register {
    readonly contract: NotesContract;
  }
}

function Notes() {
  const rows = useLive("note");
  const { state } = useSyncStatus();
  const { items } = useDeadLetters();
  const add = useMutation("note.add");
  return `${rows.length} rows, ${useOutbox().length} queued, ${items.length} refused, ${state}, ${typeof add}`;
}

describe("the React entry", () => {
  it("renders on a server as if nothing were known yet", async () => {
    await using world = await createWorld();
    const { sync } = world.openTab();
    const html = renderToString(
      <SyncProvider sync={sync}>
        <Notes />
      </SyncProvider>,
    );
    expect(html).toBe("0 rows, 0 queued, 0 refused, pending, function");
  });

  it("says what is missing outside of a provider", () => {
    const Lost = () => typeof useSync();
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => renderToString(<Lost />)).toThrow(/SyncProvider/);
  });
});
