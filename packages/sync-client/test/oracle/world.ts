import type { Author, ClientKind, ClientPort, ClientPorts, TabStep, WriteRequest } from "./client-port.ts";
import { memberId, type ListsTx } from "./lists-server.ts";
import { createLine, type Line } from "./network.ts";
import { CHOSEN_SCOPE, NEWEST_VERSION } from "./lists-contract.ts";
import { createOracle, type Intent, type Watched } from "./oracle.ts";
import { createRandom } from "./random.ts";
import type { Scenario, ScenarioClient } from "./scenario.ts";
import type { Step } from "./steps.ts";
import { createServer, type Mutation, type Server } from "./server.ts";
import { createMemoryDatabase, type CreateServerDatabase } from "./server-database.ts";
import { tokenOf } from "./reference.ts";
import type { Violation } from "./violation.ts";
import { createVirtualTime } from "./virtual-time.ts";
import { requestFor } from "./writer.ts";

/** Time given to everything to arrive once the faults have stopped. */
const SETTLE_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** An operator looks this often, once the faults have stopped. */
const RERUN_MS = 500;
/** Longer than a message between tabs takes. */
const LAST_LOOK_MS = 500;
/** Operations that nothing can speak against, if their author is a member. */
const ALWAYS_TAKEN = new Set(["item.add", "item.write", "counter.bump", "pair.write"]);
const START_OF_TIME = Date.UTC(2026, 0, 1);

export interface WorldOptions<Disk> {
  readonly kind: ClientKind<Disk>;
  readonly mutation?: Mutation;
  readonly createDatabase?: CreateServerDatabase;
  /** Resolves once everything that follows from an event at once has followed, real storage included. */
  readonly settled?: () => Promise<void>;
  /** Hears of everything that crosses a line, in order. */
  readonly trace?: (line: string) => void;
}

/** A device with what it has on it; `port` while its client runs. */
interface Place<Disk> extends Watched {
  readonly disk: Disk;
  readonly ports: ClientPorts;
  readonly line: Line;
  readonly intents: Intent[];
  port: ClientPort;
  isDown: boolean;
  /** The server refuses the device's session. */
  isExpired: boolean;
}

export const userIdOf = (user: number): string => `user ${user}`;
const listIdOf = (list: number): string => `list ${list}`;

/** Lives a scenario through to its end and answers the first broken promise, if any. */
export async function runWorld<Disk>(scenario: Scenario, options: WorldOptions<Disk>): Promise<Violation | undefined> {
  const { kind, mutation = {}, createDatabase = createMemoryDatabase, trace } = options;
  const time = createVirtualTime(options.settled);
  const random = createRandom(scenario.seed + 1);
  const database = { ...scenario.database, pause: 0, away: 0 };
  const oracle = createOracle({ now: time.now, isNeverRemoved: (userId) => userId === userIdOf(0) });
  const { nodes } = scenario;
  const server = createServer({ time, random, weather: database, oracle, mutation, nodes, createDatabase });
  let deviceCount = 0;
  let operationCount = 0;
  let authorCount = 0;
  /** By device: what its tabs remember of what the browser has cleared. */
  const remembered = new Map<Place<Disk>, ReadonlySet<string>>();
  /** By author: how many intentions it has had. */
  const intentCounts = new Map<number, number>();
  const dirty = new Set<Place<Disk>>();

  await setUp(server, scenario);
  Object.assign(database, scenario.database);
  const places = scenario.clients.map(openPlace);
  try {
    return await liveThrough();
  } finally {
    for (const { port } of places) port.crash();
    server.stop();
    await options.settled?.();
  }

  async function liveThrough(): Promise<Violation | undefined> {
    for (const step of scenario.steps) time.after(step.at, () => take(step));
    // An event like any other: whatever follows from it at once has followed before time goes on.
    time.after(scenario.endMs, stopFaults);
    let nextLookMs = scenario.endMs;
    const violation = await runUntil(scenario.endMs + SETTLE_MS, () => {
      if (time.now() < nextLookMs) return false;
      nextLookMs = time.now() + LOOK_EVERY_MS;
      return places.every((place) => oracle.isQuiet(place, place.port));
    });
    if (violation !== undefined) return violation;
    for (const place of places) oracle.finish(place, place.port, place.intents);
    let rows: Awaited<ReturnType<Server["rows"]>> | undefined;
    void server.rows().then((found) => (rows = found));
    await runUntil(time.now() + SETTLE_MS, () => rows !== undefined);
    oracle.compareRows(rows ?? []);
    if (oracle.firstViolation() !== undefined) return oracle.firstViolation();
    // A person gives up what was refused: nothing of it may stay on a screen.
    time.after(0, discardAll);
    await runUntil(time.now() + SETTLE_MS, () => places.every(({ port }) => port.operations().length === 0));
    await runUntil(time.now() + LAST_LOOK_MS, () => false);
    for (const place of places) oracle.finishScreens(place.port);
    return oracle.firstViolation();
  }

  function discardAll(): void {
    for (const place of places) {
      oracle.decides(place, [], "discard");
      for (const index of place.port.operations().keys()) place.port.decide(index, "discard");
    }
  }

  async function runUntil(untilMs: number, isOver: () => boolean): Promise<Violation | undefined> {
    while (time.now() <= untilMs && !isOver() && (await time.step())) {
      for (const place of dirty) oracle.look(place, place.port);
      dirty.clear();
      if (oracle.firstViolation() !== undefined) break;
    }
    return oracle.firstViolation();
  }

  function openPlace(
    { user, clockErrorMs, pageLimit, weather, browser, appVersion }: ScenarioClient,
    client: number,
  ): Place<Disk> {
    const watched = { client, userId: userIdOf(user) };
    let deviceId = "";
    const send = <Output>(what: "push" | "pull", input: { readonly deviceId: string }): Promise<Output> => {
      deviceId = input.deviceId;
      return line.request(what, input);
    };
    const line = createLine({
      time,
      random,
      weather: { ...weather },
      serve: async (what, body) => {
        if (!scenario.lateRequests && !body.includes(deviceId)) return undefined;
        if (place.isExpired) return { ok: false, code: "UNAUTHORIZED", details: {} };
        const answer = await server.serve(watched, what, body);
        trace?.(`${time.now()} ${client} ${what} ${body} -> ${JSON.stringify(answer)}`);
        return answer;
      },
      arrived: () => dirty.add(place),
    });
    const ports: ClientPorts = {
      userId: watched.userId,
      transport: {
        push: (input) => send("push", input),
        pull: (request) => send("pull", request),
        lostResponses: () => line.drops(),
      },
      clock: { now: () => START_OF_TIME + clockErrorMs + time.now(), after: time.after },
      newId: () => `0190a5c0-0000-7000-8000-${hex((operationCount += 1))}`,
      newDeviceId: () => `00000000-0000-4000-8000-${hex((deviceCount += 1))}`,
      newAuthorId: () => (authorCount += 1),
      random: random.next,
      pageLimit,
      browser: { ...browser },
      app: { version: appVersion },
      changed: () => dirty.add(place),
      breaks: oracle.breaks,
    };
    const disk = kind.createDisk(ports);
    const place: Place<Disk> = {
      ...watched,
      disk,
      ports,
      line,
      intents: [],
      port: kind.start(disk, ports),
      isDown: false,
      isExpired: false,
    };
    return place;
  }

  function take(step: Step): void {
    trace?.(`${time.now()} ${JSON.stringify(step)}`);
    switch (step.do) {
      case "write":
        return write(placeOf(step.client), step);
      case "tab":
        return tab(placeOf(step.client), step.step);
      case "decide":
        return decide(placeOf(step.client), step);
      case "expire":
        return expire(placeOf(step.client), step.forMs);
      case "crash":
        return crash(placeOf(step.client), step.downMs);
      case "cut":
        return cut(placeOf(step.client).line, step);
      case "kill":
        server.kill(step.node);
        time.after(step.downMs, server.start);
        return;
      case "revoke":
      case "grant":
        void server.administer((tx) => setMember(tx, step));
        return;
      case "update":
        return update(placeOf(step.client), step.downMs);
      case "retire":
        server.retire(step.oldest);
        for (let node = 0; node < scenario.nodes; node += 1) server.kill(node);
        time.after(step.downMs, server.start);
        return;
      case "mend":
        return server.mend();
      case "rerun-parked":
        void server.rerunParked();
        return;
      case "prune":
        void server.prune(step.keepMs);
        return;
      case "choose":
        return choose(placeOf(step.client), step);
      case "evict":
        return evict(placeOf(step.client), step.isClosed);
      case "back-up":
        return server.backUp();
      case "restore":
        return restore(step.downMs);
      case "misplace-cursor":
        return misplaceCursor(placeOf(step.client), placeOf(step.from));
    }
  }

  function placeOf(client: number): Place<Disk> {
    const place = places[client];
    if (place === undefined) throw new RangeError(`There is no client ${client}.`);
    return place;
  }

  function write(place: Place<Disk>, { writes, pick }: Extract<Step, { do: "write" }>): void {
    const author = place.isDown ? undefined : place.port.author(pick);
    if (author === undefined) return;
    const count = intentCounts.get(author.id) ?? 0;
    intentCounts.set(author.id, count + writes.length);
    const requests: WriteRequest[] = writes.map((wanted, index) => {
      const token = `${author.id}:${count + index + 1}`;
      return requestFor({ wanted, listId: listIdOf(wanted.list), token, author, clock: place.ports.clock });
    });
    // What is dismissed carries no intention of its own.
    const group = requests.flatMap(({ args }) => tokenOf(args) ?? []);
    const intents = requests.map(({ name, args }, index): Intent | undefined => {
      const token = tokenOf(args);
      const isSound = ALWAYS_TAKEN.has(name) && writes[index]?.kind !== "malformed";
      const mustApply = place.userId === userIdOf(0) && writes.length === 1 && isSound;
      return token === undefined ? undefined : { token, group, mustApply, outcome: "unknown" };
    });
    place.intents.push(...intents.filter((intent) => intent !== undefined));
    void hearOf(author.write(requests), place, intents);
  }

  async function hearOf(
    writing: ReturnType<Author["write"]>,
    place: Place<Disk>,
    intents: readonly (Intent | undefined)[],
  ): Promise<void> {
    const outcomes = await writing;
    for (const [index, intent] of intents.entries()) if (intent) intent.outcome = outcomes[index] ?? "unknown";
    oracle.resolved(
      place,
      place.port,
      intents.filter((intent) => intent !== undefined),
    );
  }

  function tab(place: Place<Disk>, step: TabStep): void {
    if (place.isDown) return;
    if (step.what !== "hint") forget(place);
    place.port.tab(step);
  }

  function choose({ isDown, port }: Place<Disk>, { pick, isWanted }: Extract<Step, { do: "choose" }>): void {
    if (!isDown) port.choose(pick, { scope: CHOSEN_SCOPE, isWanted });
  }

  function evict(place: Place<Disk>, isClosed: boolean): void {
    if (place.isDown) return;
    if (isClosed || kind.evictsOnlyClosed === true) crash(place, 0);
    const tokens = place.port.evict();
    oracle.evicted(place, place.intents, tokens);
    remembered.set(place, new Set(tokens));
  }

  /** A tab ends, or may end: what only it remembered may be gone. */
  function forget(place: Place<Disk>): void {
    oracle.forgets(remembered.get(place) ?? []);
    remembered.delete(place);
  }

  function update(place: Place<Disk>, downMs: number): void {
    const { app } = place.ports;
    if (app.version === NEWEST_VERSION) return;
    app.version += 1;
    crash(place, downMs);
  }

  function decide(place: Place<Disk>, { pick, decision }: Extract<Step, { do: "decide" }>): void {
    if (place.isDown) return;
    oracle.decides(place, place.port.operations(), decision);
    place.port.decide(pick, decision);
  }

  function expire(place: Place<Disk>, forMs: number): void {
    place.isExpired = true;
    time.after(forMs, () => (place.isExpired = false));
  }

  function crash(place: Place<Disk>, downMs: number): void {
    if (place.isDown) return;
    forget(place);
    place.port.crash();
    place.isDown = true;
    time.after(downMs, () => {
      place.port = kind.start(place.disk, place.ports);
      place.isDown = false;
    });
  }

  function cut(line: Line, { what, forMs }: Extract<Step, { do: "cut" }>): void {
    line.weather.cut = what;
    time.after(forMs, () => (line.weather.cut = "nothing"));
  }

  function restore(downMs: number): void {
    const index = server.restore();
    if (index === undefined) return;
    oracle.restored(
      index,
      places.map(({ port }) => port),
    );
    for (const { line } of places) line.drop(scenario.lateRequests ? "responses" : "everything");
    time.after(downMs, server.start);
  }

  /** An operator who goes on until nothing is parked any more. */
  async function settleParked(): Promise<void> {
    await server.rerunParked();
    time.after(RERUN_MS, () => void settleParked());
  }

  function misplaceCursor(place: Place<Disk>, from: Place<Disk>): void {
    const { cursor } = from.port.shown();
    if (cursor !== null && !place.isDown && from.userId !== place.userId) place.port.misplaceCursor(cursor);
  }

  function stopFaults(): void {
    server.start();
    server.mend();
    void settleParked();
    Object.assign(database, { pause: 0.02, pauseMs: 5, away: 0 });
    for (const place of places) {
      place.isExpired = false;
      place.ports.browser.diskPause = 0;
      const isOld = place.ports.app.version < NEWEST_VERSION;
      place.ports.app.version = NEWEST_VERSION;
      if (isOld) crash(place, 0);
      if (!place.isDown) place.port.calm();
      Object.assign(place.line.weather, {
        loseRequest: 0,
        loseResponse: 0,
        duplicate: 0,
        delayMs: 20,
        straggle: 0,
        cut: "nothing",
      });
    }
  }
}

const hex = (count: number): string => count.toString(16).padStart(12, "0");

/** Every user is a member of every list; a list begins with its counter and its pair. */
async function setUp(server: Server, { users, lists }: Scenario): Promise<void> {
  for (let list = 0; list < lists; list += 1) {
    await server.administer(async (tx) => {
      for (let user = 0; user < users; user += 1) await setMember(tx, { do: "grant", user, list });
    });
  }
}

async function setMember(
  tx: ListsTx,
  change: { readonly do: "grant" | "revoke"; readonly user: number; readonly list: number },
): Promise<void> {
  const [listId, userId] = [listIdOf(change.list), userIdOf(change.user)];
  const id = memberId(listId, userId);
  const before = await tx.lock("member", id);
  const isMember = change.do === "grant";
  if ((before?.isMember ?? false) === isMember) return;
  tx.took({ operation: `member.${change.do}`, userId, args: { listId, token: "", at: 0 } });
  await tx.put("member", { id, isMember, grant: (before?.grant ?? 0) + (isMember ? 1 : 0) });
}
