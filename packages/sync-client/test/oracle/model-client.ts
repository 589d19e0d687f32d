import type { OperationResult, PullOutput } from "@tidemark/api/contracts";
import {
  RequestFailure,
  type Author,
  type ClientKind,
  type ClientPort,
  type ClientPorts,
  type KeptOperation,
} from "./client-port.ts";
import {
  confirmedSeq,
  createModelDisk,
  forgetCursor,
  showPull,
  takeNewDevice,
  type ModelDisk,
  type QueuedOperation,
} from "./model-disk.ts";
import { meaningOf } from "./older-names.ts";
import { NEWEST_VERSION, scopesOf, type IntentArgs } from "./lists-contract.ts";

const MAX_BATCH = 12;
/** Pushes under way at once, once the server knows the device. */
const MAX_PUSHES = 2;
const POLL_MS = 700;
const MAX_BACKOFF_MS = 1_500;

/** A client that does what the protocol asks and nothing else: no overlay, no tabs. */
export const modelClient: ClientKind<ModelDisk> = {
  createDisk: (ports) => createModelDisk(ports.newDeviceId()),
  start: startModelClient,
  evictsOnlyClosed: true,
};

function startModelClient(disk: ModelDisk, ports: ClientPorts): ClientPort {
  const { transport, clock, random } = ports;
  const appVersion = ports.app.version;
  let isRunning = true;
  /** Operations up to here are on their way or answered. */
  let sentSeq = 0;
  let pushes = 0;
  let failures = 0;
  let isBackingOff = false;
  let isPulling = false;
  let stopPollTimer = () => {};

  const pushMore = (): void => {
    const maxPushes = disk.epoch === null ? 1 : MAX_PUSHES;
    while (isRunning && !isBackingOff && pushes < maxPushes) {
      const ops = nextBatch(disk.outbox, sentSeq);
      const last = ops.at(-1);
      if (last === undefined) return;
      sentSeq = last.seq;
      void push(ops);
    }
  };

  async function push(ops: readonly QueuedOperation[]): Promise<void> {
    const { deviceId } = disk;
    const known = disk.epoch === null ? {} : { epoch: disk.epoch };
    const former = disk.replaces.length === 0 ? {} : { replaces: [...disk.replaces] };
    const pending = disk.outbox.length - ops.length;
    const contract = { name: "lists", version: ops[0]?.version ?? appVersion };
    const sent = ops.map(({ version: _told, ...operation }) => operation);
    const input = { deviceId, contract, ackSeq: confirmedSeq(disk), ...known, ...former, pending, ops: sent };
    pushes += 1;
    try {
      const output = await transport.push(input);
      if (!isRunning || disk.deviceId !== deviceId) return;
      if (disk.epoch !== null && disk.epoch !== output.epoch) return reset();
      disk.epoch ??= output.epoch;
      if (former.replaces !== undefined) disk.replaces = [];
      failures = 0;
      settle(disk, output.results);
      pullSoon(0);
    } catch (error) {
      if (isRunning && disk.deviceId === deviceId) failed(error);
    } finally {
      pushes -= 1;
      pushMore();
    }
  }

  async function pull(): Promise<void> {
    if (!isRunning || isPulling) return;
    isPulling = true;
    const { deviceId, cursor: shownCursor } = disk;
    const cursor = disk.stagedCursor ?? shownCursor;
    let nextPollMs = POLL_MS * (0.5 + random());
    try {
      const page = await transport.pull({
        deviceId,
        contract: { name: "lists", version: appVersion },
        ackSeq: confirmedSeq(disk),
        cursor,
        limit: ports.pageLimit,
        scopes: [...scopesOf(ports.userId, disk.chosen)],
      });
      const isStale = disk.deviceId !== deviceId || (disk.stagedCursor ?? disk.cursor) !== cursor;
      if (isStale || !isRunning) return;
      if (disk.epoch !== null && disk.epoch !== page.epoch) return reset();
      storePage(disk, page);
      if (page.hasMore) nextPollMs = 0;
    } catch (error) {
      if (isRunning && disk.deviceId === deviceId) failed(error);
    } finally {
      isPulling = false;
      pullSoon(nextPollMs);
      pushMore();
    }
  }

  function pullSoon(delayMs: number): void {
    stopPollTimer();
    if (isRunning) stopPollTimer = clock.after(delayMs, () => void pull());
  }

  function reset(): void {
    takeNewDevice(disk, ports.newDeviceId());
    sentSeq = 0;
    pullSoon(0);
  }

  function failed(error: unknown): void {
    if (!(error instanceof RequestFailure)) throw error;
    if (error.code === "RESET_REQUIRED") return reset();
    if (error.code === "INVALID_CURSOR") return forgetCursor(disk);
    if (error.code === "CONTRACT_TOO_OLD" && appVersion === NEWEST_VERSION) rewrite(disk);
    const { expectedSeq } = error.details;
    const head = disk.outbox[0]?.seq ?? disk.nextSeq;
    if (error.code === "SEQUENCE_GAP" && typeof expectedSeq === "number" && expectedSeq < head) return reset();
    backOff();
  }

  /** What was sent and not answered is sent again, whatever became of it. */
  function backOff(): void {
    failures += 1;
    sentSeq = 0;
    if (isBackingOff) return;
    isBackingOff = true;
    clock.after(random() * Math.min(MAX_BACKOFF_MS, 50 * 2 ** failures), () => {
      isBackingOff = false;
      pushMore();
    });
  }

  pullSoon(random() * POLL_MS);
  pushMore();

  const author: Author = {
    id: ports.newAuthorId(),
    version: appVersion,
    rows: (entity, listId) =>
      [...disk.rows.values()].flatMap((row) =>
        row.entity === entity && row.value["listId"] === listId ? [row.id] : [],
      ),
    async write(operations) {
      const group = operations.length > 1 ? { group: ports.newDeviceId() } : {};
      for (const { name, args } of operations) {
        const at = new Date(clock.now()).toISOString();
        const base = name === "card.edit" ? disk.rows.get(`card/${idIn(args)}`)?.version : undefined;
        const content = { name, args, at, version: appVersion, ...group, ...(base !== undefined && { base }) };
        disk.outbox.push({ id: ports.newId(), seq: disk.nextSeq, ...content });
        disk.nextSeq += 1;
      }
      pushMore();
      return operations.map(() => "queued");
    },
  };

  return {
    author: () => author,
    shown: () => ({ cursor: disk.cursor, rows: disk.rows }),
    operations: () => [
      ...disk.settled.map((operation) => kept(operation, "settled")),
      ...disk.outbox.map((operation) => kept(operation, "queued")),
      ...disk.refused.map((operation) => kept(operation, "refused")),
    ],
    isStoring: () => false,
    screens: () => [],
    tab: () => {},
    knows: () => true,
    wanted: () => scopesOf(ports.userId, disk.chosen),
    choose(_pick, { scope, isWanted }) {
      disk.chosen = isWanted ? [scope] : [];
      pullSoon(0);
    },
    evict() {
      Object.assign(disk, createModelDisk(ports.newDeviceId()));
      return [];
    },
    decide: () => {},
    calm: () => {},
    misplaceCursor(cursor) {
      if (disk.cursor === null) return;
      forgetCursor(disk);
      disk.cursor = cursor;
    },
    crash() {
      isRunning = false;
      stopPollTimer();
    },
  };
}

const kept = ({ id, seq, name, args }: QueuedOperation, state: KeptOperation["state"]): KeptOperation => ({
  id,
  order: seq,
  name,
  args,
  state,
});

const idIn = (args: unknown): string => String((args as Partial<IntentArgs>).id);

/** The server takes nothing of older apps any more: what waits is said in today's words, or as what no contract knows. */
function rewrite(disk: ModelDisk): void {
  disk.outbox = disk.outbox.map((operation) => {
    const { name, args, version } = operation;
    if (version === NEWEST_VERSION || name === "conflict.dismiss") return { ...operation, version: NEWEST_VERSION };
    const meaning = meaningOf(version, name, args as IntentArgs);
    return { ...operation, name: meaning?.name ?? name, args: meaning?.args ?? args, version: NEWEST_VERSION };
  });
}

/** The next operations to send; a group goes as a whole. */
function nextBatch(outbox: readonly QueuedOperation[], sentSeq: number): readonly QueuedOperation[] {
  const waiting = outbox.filter(({ seq }) => seq > sentSeq);
  // A push speaks one version: the server brings it up to date.
  const sameVersion = waiting.findIndex(({ version }) => version !== waiting[0]?.version);
  let end = Math.min(waiting.length, MAX_BATCH, sameVersion < 0 ? Infinity : sameVersion);
  while (
    end > 0 &&
    end < waiting.length &&
    waiting[end]?.group !== undefined &&
    waiting[end]?.group === waiting[end - 1]?.group
  )
    end += 1;
  return waiting.slice(0, end);
}

/** Takes in verdicts, in any order and as often as they come. */
function settle(disk: ModelDisk, results: readonly OperationResult[]): void {
  const resultsBySeq = new Map(results.map((result) => [result.seq, result]));
  const waiting: QueuedOperation[] = [];
  for (const operation of disk.outbox) {
    const result = resultsBySeq.get(operation.seq);
    if (result === undefined || result.id !== operation.id) {
      waiting.push(operation);
      continue;
    }
    const status = result.status === "duplicate" ? (result.of?.status ?? "applied") : result.status;
    if (status === "rejected" || status === "parked") disk.refused.push(operation);
    else if (operation.seq > disk.pulledSeq) disk.settled.push(operation);
  }
  disk.outbox = waiting;
}

function storePage(disk: ModelDisk, page: PullOutput): void {
  if (!page.hasMore) {
    showPull(disk, page);
    return;
  }
  disk.staged.push(page);
  disk.stagedCursor = page.cursor;
}
