import { createSync } from "@tidemark/sync-client";
import { notesContract } from "../../notes-contract.ts";
import { installBench } from "../install-bench.ts";

const offline = () => Promise.reject(new TypeError("This page is offline."));
const trpc = { sync: { push: { mutate: offline }, pull: { query: offline } } };
const createClient = () => createSync({ contract: notesContract, trpc, user: { id: "bench" } });
let sync: ReturnType<typeof createClient> | undefined;

installBench({
  durability: "strict",
  async open() {
    sync = createClient();
    await sync.opened;
  },
  async enqueue({ name, args }) {
    await opened().enqueue(name, args);
  },
  async enqueueTogether(writes) {
    await Promise.all(writes.map(({ name, args }) => opened().enqueue(name, args)));
  },
  close: () => opened().stop(),
});

function opened() {
  if (sync === undefined) throw new TypeError("Not open.");
  return sync;
}
