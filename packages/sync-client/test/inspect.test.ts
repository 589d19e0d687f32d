import { afterEach, describe, expect, it, vi } from "vitest";
import { createTrpcTransport } from "../src/connection/transport.ts";
import { inspect, inspectSync } from "../src/inspect/inspect-sync.ts";
import { readCursor } from "../src/inspect/read-cursor.ts";
import { traceSync, type SyncTrace } from "../src/inspect/trace-sync.ts";
import type { SyncTransport } from "../src/connection/transport.ts";
import { createIndexedDbStorage } from "../src/storage/indexeddb-storage.ts";
import { refusal, type Fault } from "./fault-transport.ts";
import { createWorld, isSynced, newId, offline, type Tab } from "./harness.ts";
import { notesContract } from "./notes-contract.ts";

async function inspectTab(tab: Tab) {
  const storage = createIndexedDbStorage({ name: tab.database, contractVersion: notesContract.version });
  const inspection = await inspect(storage);
  storage.close();
  return inspection;
}

describe("inspectSync", () => {
  it("tells device, epoch, what waits with its seq and base, and the version of each scope", async () => {
    await using world = await createWorld();
    await world.server.setMember("empty", "ann");
    const tab = world.openTab();
    const id = await tab.add("one");
    await tab.add("bad two");
    await world.until(isSynced(tab));
    tab.transport.decide = offline;
    await tab.sync.mutate.note.edit({ id, text: "edited" });
    const { device, scopes, operations, deadLetters } = await inspectTab(tab);

    const pulled = await world.server.pull("ann", { deviceId: device?.deviceId ?? "", cursor: device?.cursor ?? null });
    expect(pulled.changes).toEqual([]);
    expect(device).toMatchObject({
      epoch: pulled.epoch,
      verdictSeq: 2,
      pulledSeq: 2,
      confirmedSeq: 2,
      isPulling: false,
    });
    const [row] = (await world.server.pull("ann", { deviceId: device?.deviceId ?? "", cursor: null })).changes;
    expect(scopes).toEqual([
      { scope: "list:empty", version: 0, rows: 0, isSubscribed: false },
      { scope: "list:home", version: row?.version, rows: 1, isSubscribed: false },
      { scope: "user:ann", version: 0, rows: 0, isSubscribed: false },
    ]);
    expect(operations).toMatchObject([
      { name: "note.edit", seq: 3, state: "queued", base: row?.version, retired: null },
    ]);
    expect(deadLetters).toMatchObject([{ name: "note.add", status: "rejected", code: "FORBIDDEN" }]);
  });

  it("tells of a person without data that there is no device, and takes no lock and no write for it", async () => {
    const inspection = await inspectSync({ contract: notesContract, user: { id: newId() } });
    expect(inspection).toMatchObject({
      contract: { name: notesContract.name },
      device: null,
      scopes: [],
      operations: [],
    });
  });

  it("does not guess at a cursor of another form", () => {
    for (const text of ["", "a", "a.b", "!.b", btoa("null"), `${btoa("null")}.b`, `${btoa('["e",[[1,2]]]')}.b`]) {
      expect(readCursor(text)).toBeNull();
    }
  });
});

describe("traceSync", () => {
  const traces: SyncTrace[] = [];
  afterEach(() => {
    for (const trace of traces.splice(0)) trace.stop();
  });

  /** A trace of its own, and what puts it between a tab and the network. */
  function traceOf(user: string) {
    const found: { trace?: SyncTrace } = {};
    const wrap = (network: SyncTransport): SyncTransport => {
      const signal = new AbortController().signal;
      const trace = traceSync({
        contract: notesContract,
        user: { id: user },
        trpc: {
          sync: {
            push: { mutate: (input, options) => network.push(input, { signal, ...options }) },
            pull: { query: (request, options) => network.pull(request, { signal, ...options }) },
          },
        },
      });
      found.trace = trace;
      traces.push(trace);
      return createTrpcTransport(trace.trpc);
    };
    return { wrap, told: () => found.trace?.exchanges.get() ?? [] };
  }
  const pushes = (told: SyncTrace["exchanges"]) => told.get().filter(({ kind }) => kind === "push");

  it("C10: tells a lost answer as lost, and the same push again as repeated, with the verdict that was lost", async () => {
    await using world = await createWorld();
    const { wrap, told } = traceOf(newId());
    const faults: Fault[] = ["lose-response", "lose-response"];
    const tab = world.openTab({ wrap, decide: (kind) => (kind === "push" ? (faults.shift() ?? "none") : "none") });
    await tab.add("one");
    await world.until(isSynced(tab));
    const [answered, lost] = told().filter(({ kind }) => kind === "push");
    expect(lost).toMatchObject({ outcome: "lost", times: 2, error: { code: null, httpStatus: null } });
    expect(lost?.operations).toMatchObject([{ seq: 1, verdict: "none" }]);
    expect(answered).toMatchObject({ outcome: "ok", times: 1 });
    expect(answered?.operations).toMatchObject([{ seq: 1, name: "note.add", verdict: "applied", isRepeated: true }]);
    expect(answered?.durationMs).toBeGreaterThanOrEqual(0);
    expect(answered?.sentBytes).toBeGreaterThan(100);
  });

  it("C11: tells a refused operation by its verdict and code, and a refused push by the server's", async () => {
    await using world = await createWorld();
    const { wrap, told } = traceOf(newId());
    const faults: Fault[] = [refusal("UNAVAILABLE", 503, { requestId: "r-1" })];
    const tab = world.openTab({ wrap, decide: (kind) => (kind === "push" ? (faults.shift() ?? "none") : "none") });
    await tab.add("bad");
    await world.until(() => tab.sync.status.get().deadLetters === 1);
    const [answered, refused] = told().filter(({ kind }) => kind === "push");
    expect(refused).toMatchObject({
      outcome: "refused",
      error: { code: "UNAVAILABLE", httpStatus: 503, requestId: "r-1" },
    });
    expect(answered?.operations).toMatchObject([{ verdict: "rejected", code: "FORBIDDEN", isRepeated: false }]);
  });

  it("marks what is under way, in every tab of the person, and tells a tab that opens what was before", async () => {
    await using world = await createWorld();
    const user = newId();
    const leading = traceOf(user);
    let answer = (_fault: Fault): void => {};
    const held = new Promise<Fault>((resolve) => (answer = resolve));
    const tab = world.openTab({ wrap: leading.wrap, decide: (kind) => (kind === "push" ? held : "none") });
    const other = traceOf(user);
    world.openTab({ wrap: other.wrap });
    const { id } = await tab.sync.mutate.note.add({ id: newId(), listId: "home", text: "one" });
    const underWay = () => other.told().filter(({ outcome }) => outcome === "under-way");
    await expect.poll(() => underWay().flatMap(({ operations }) => operations)).toMatchObject([{ id }]);
    answer("none");
    await world.until(isSynced(tab));
    await vi.waitFor(() => expect(other.told()).toEqual(leading.told()), { timeout: 30_000 });
    expect(underWay()).toEqual([]);

    const late = traceOf(user);
    world.openTab({ wrap: late.wrap });
    const idsOf = ({ told }: typeof leading) => told().map((exchange) => exchange.id);
    await vi.waitFor(() => expect(idsOf(late)).toEqual(idsOf(leading)), { timeout: 30_000 });
    const stranger = traceOf(newId());
    world.openTab({ wrap: stranger.wrap, device: "tablet" });
    await expect.poll(() => late.told()).not.toEqual([]);
    expect(stranger.told().some((exchange) => leading.told().includes(exchange))).toBe(false);
  });

  it("leaves the client alone once it is stopped", async () => {
    const trace = traceSync({
      contract: notesContract,
      user: { id: newId() },
      trpc: {
        sync: {
          push: { mutate: async () => ({ epoch: "one", lastSeq: 0, results: [] }) },
          pull: { query: () => Promise.reject(new TypeError("Nothing is pulled here.")) },
        },
      },
    });
    trace.stop();
    const pushed = trace.trpc.sync.push.mutate({ deviceId: newId(), ops: [] });
    expect(await pushed).toEqual({ epoch: "one", lastSeq: 0, results: [] });
  });

  it("holds no text that a person wrote", async () => {
    await using world = await createWorld();
    const { wrap, told } = traceOf(newId());
    const tab = world.openTab({ wrap });
    await tab.add("a secret");
    await world.until(isSynced(tab));
    expect(JSON.stringify(told())).not.toContain("a secret");
  });

  it("survives an answer that is not the server's, and leaves it to the client", async () => {
    const trace = traceSync({
      contract: notesContract,
      user: { id: newId() },
      trpc: {
        sync: {
          push: { mutate: async () => JSON.parse("null") },
          pull: { query: async () => JSON.parse('{"changes":"?"}') },
        },
      },
    });
    traces.push(trace);
    expect(await trace.trpc.sync.push.mutate({ deviceId: newId(), ops: [] })).toBeNull();
    await trace.trpc.sync.pull.query({ deviceId: newId(), cursor: null });
    expect(pushes(trace.exchanges)).toMatchObject([{ outcome: "ok", operations: [] }]);
  });
});
