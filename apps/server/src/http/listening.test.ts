import { once } from "node:events";
import { connect, type Socket } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, it, vi } from "vitest";
import { prepareClosing } from "./closing.ts";
import { listen } from "./listening.ts";

let app: FastifyInstance;
const sockets: Socket[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

const IDLE_GRACE_MS = 2_000;
/** As `localhost` where it has two addresses. */
const bothAddresses = async () => ["127.0.0.1", "127.0.0.2"];

async function start() {
  app = fastify({
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: (_error, socket) => socket.end("HTTP/1.1 400 Typed\r\n\r\n"),
  });
  const close = prepareClosing(app);
  app.get("/", async () => "here");
  app.post("/", async () => "taken");
  const doors = await listen(app, { port: 0, host: "localhost", addressesOf: bothAddresses });
  const [port = 0] = app.addresses().flatMap((at) => (typeof at === "string" ? [] : [at.port]));
  const open = async (host: string) => {
    const socket = connect(port, host);
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  };
  return { open, close: () => close({ idleGraceMs: IDLE_GRACE_MS, cutAfterMs: 30_000 }, doors) };
}

async function ask(socket: Socket, text = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"): Promise<string> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  const answer = once(socket, "data", { signal: gone.signal });
  socket.write(text);
  return String((await answer)[0]);
}

it("answers at every address of localhost, broken HTTP too, as one server", async () => {
  const { open } = await start();
  for (const host of await bothAddresses()) {
    expect(await ask(await open(host)), host).toMatch(/^HTTP\/1\.1 200 .*here$/s);
    expect(await ask(await open(host), "NONSENSE\r\n\r\n"), host).toMatch(/^HTTP\/1\.1 400 Typed/);
  }
});

it("closing keeps idle connections of every address for a while, answers on them, and ends", async () => {
  const { open, close } = await start();
  const kept = await Promise.all((await bothAddresses()).map(open));
  const silent = await Promise.all((await bothAddresses()).map(open));
  for (const socket of [...kept, ...silent]) await ask(socket);
  const silentEnded = Promise.all(silent.map((socket) => once(socket.resume(), "end")));
  // The while ends when the test says so.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const closed = close();
  // New ones are let in no more, which is how a client sees that the doors are closed.
  for (const host of await bothAddresses()) await untilRefused(() => open(host));
  for (const socket of kept) expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
  vi.advanceTimersByTime(IDLE_GRACE_MS);
  await Promise.all([closed, silentEnded]);
});

it("closing waits for no request whose caller hung up in the middle of it", async () => {
  const { open, close } = await start();
  const asked = once(app.server, "request");
  const socket = await open("127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nhalf");
  await asked;
  socket.destroy();
  // It would be cut at the end of a time that never ends here.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await close();
});

async function untilRefused(open: () => Promise<Socket>): Promise<void> {
  for (;;) {
    try {
      (await open()).destroy();
    } catch {
      return;
    }
  }
}
