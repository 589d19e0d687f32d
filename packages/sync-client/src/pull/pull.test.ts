import type { PullOutput } from "@tidemark/api/contracts";
import { describe, expect, it } from "vitest";
import { notesContract } from "../../test/notes-contract.ts";
import { systemClock } from "../clock.ts";
import { readContract } from "../contract.ts";
import { createMemoryDisk, createMemoryStorage } from "../storage/memory-storage.ts";
import { openDevice } from "../storage/stored-state.ts";
import type { DeviceState } from "../storage/sync-storage.ts";
import { createPull } from "./pull.ts";

const contract = readContract(notesContract);
const page = (rest: Partial<PullOutput> = {}): PullOutput => ({
  cursor: "next",
  epoch: "one",
  changes: [],
  removedScopes: [],
  lastSeq: 0,
  hasMore: false,
  ...rest,
});

/** A device that pulls what `answer` makes of its own state, which it may change before. */
async function pullOnce(answer: (change: (state: Partial<DeviceState>) => Promise<void>) => unknown) {
  const storage = createMemoryStorage(createMemoryDisk());
  await openDevice({ storage, contract, newId: () => "phone", reportError: () => {} });
  const change = (state: Partial<DeviceState>) =>
    storage.transaction("write", ["meta"], async (transaction) => {
      const device = await transaction.get("meta", "device");
      if (device !== undefined) transaction.putDevice({ ...device, ...state });
    });
  const requests: unknown[] = [];
  const pull = createPull({
    contract,
    userId: "ann",
    pageRoom: 2_000_000,
    storage,
    clock: systemClock,
    knownDevice: () => undefined,
    isBehind: () => false,
    onReplaced: async () => {},
    transport: {
      push: () => Promise.reject(new TypeError("Nothing is pushed here.")),
      async pull(request) {
        requests.push(request);
        return (await answer(change)) as PullOutput;
      },
    },
  });
  return { pull: () => pull(new AbortController().signal, () => {}), change, requests, storage };
}

describe("a pull", () => {
  it("C13: a page of another epoch than the known one asks for a new device id, and stores nothing", async () => {
    const { pull, change, storage } = await pullOnce(() => page());
    await change({ epoch: "zero" });
    await expect(pull()).rejects.toMatchObject({ failure: { kind: "repair", repair: "reset" } });
    const device = await storage.transaction("read", ["meta"], (transaction) => transaction.get("meta", "device"));
    expect(device).toMatchObject({ epoch: "zero", cursor: null });
  });

  it("C20: a database that is gone is opened again", async () => {
    const { pull, storage } = await pullOnce(() => page());
    await storage.transaction("write", ["meta"], async (transaction) => transaction.clear("meta"));
    await expect(pull()).rejects.toMatchObject({ failure: { kind: "repair", repair: "reopen" } });
  });

  it.each([undefined, "<html>", { epoch: "one", changes: [] }, { ...page(), epoch: 1 }, { ...page(), changes: {} }])(
    "C17: an answer that is not the server's moves nothing: %j",
    async (answer) => {
      const { pull } = await pullOnce(() => answer);
      await expect(pull()).rejects.toMatchObject({ failure: { kind: "server" } });
    },
  );

  it("C17: a page that was asked for by an older position is void, and the next one is asked for", async () => {
    let answers = 0;
    const { pull, requests } = await pullOnce(async (change) => {
      answers += 1;
      if (answers === 1) await change({ cursor: "moved" });
      return page({ cursor: `page ${answers}` });
    });
    expect(await pull()).toMatchObject({ shown: { device: { cursor: "page 2" }, pages: [{ isFirst: false }] } });
    expect(requests).toMatchObject([{ cursor: null }, { cursor: "moved" }]);
  });
});
