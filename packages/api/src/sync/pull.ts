import { TidemarkError } from "../errors.ts";
import type { Cursor, CursorCodec, CursorScope } from "./cursor.ts";
import type { SyncPolicy, SyncUser } from "./sync-policy.ts";
import type { PullInput, PullOutput, SyncChange } from "./sync-protocol.ts";
import type { SyncContract } from "./sync-contract.ts";
import type {
  DeviceCheckpoint,
  ReadableScope,
  ScopePosition,
  ScopeVersion,
  SyncReadTransaction,
  SyncStore,
} from "./sync-store.ts";
import { userScope } from "./system-contract.ts";

/** A pull whose cursor has verified. */
interface DecodedPull {
  readonly user: SyncUser;
  readonly input: PullInput;
  readonly cursor: Cursor | null;
}

export function createPull<Tx>(deps: {
  readonly store: SyncStore<Tx>;
  readonly policy: SyncPolicy<Tx>;
  readonly contract: SyncContract;
  readonly cursors: CursorCodec;
}) {
  const { store, policy, cursors } = deps;
  const windows = windowsOf(deps.contract);

  return async function pull(user: SyncUser, input: PullInput): Promise<PullOutput> {
    const cursor = input.cursor === null ? null : cursors.decode(input.cursor, user.id);
    const isNewcomer = cursor === null && (input.ackSeq ?? 0) === 0;
    if (isNewcomer) await store.ensureDevice({ deviceId: input.deviceId, userId: user.id });
    const page = await store.read((snapshot) => readPage(snapshot, { user, input, cursor }));
    if (input.ackSeq !== undefined && input.ackSeq > page.checkpoint.ackSeq) {
      await store.acknowledge({ deviceId: input.deviceId, ackSeq: input.ackSeq });
    }
    return page.output;
  };

  async function readPage(snapshot: SyncReadTransaction<Tx>, { user, input, cursor }: DecodedPull) {
    const epoch = await snapshot.epoch();
    const checkpoint = checkDevice(await snapshot.device(input.deviceId), user, input);
    if (cursor !== null && cursor.epoch !== epoch) throw resetRequired("The database is another than the cursor's.");

    const readable = await readableScopes(snapshot, user);
    const { kept, removedScopes } = keepGranted(cursor?.scopes ?? new Map<string, CursorScope>(), readable);
    const requested = input.scopes && new Set(input.scopes);
    const wanted = requested ? readable.filter(({ scope }) => requested.has(scope)) : readable;
    const versions = await snapshot.scopeVersions(wanted.map(({ scope }) => scope));
    const positions = positionsOf(wanted, kept, versions);
    const active = positions.filter(({ scope, after }) => versionOf(versions, scope) > after);
    const inWindow = await leaveOutOld(snapshot, active);
    const found = active.length === 0 ? [] : await snapshot.changesAfter(inWindow, input.limit + 1);

    const changes = found.slice(0, input.limit);
    const next = found[input.limit];
    const scopes = advance({ wanted, kept, positions, versions, changes, next });
    const output: PullOutput = {
      epoch,
      lastSeq: checkpoint.lastSeq,
      cursor: cursors.encode({ epoch, scopes }, user.id),
      hasMore: next !== undefined,
      removedScopes,
      changes,
    };
    return { checkpoint, output };
  }

  /** What the policy names, and the person's own scope, which the engine itself writes to. */
  async function readableScopes(snapshot: SyncReadTransaction<Tx>, user: SyncUser): Promise<readonly ReadableScope[]> {
    const own = { scope: userScope(user.id), grant: 0 };
    const named = await policy.readableScopes({ tx: snapshot.tx, user });
    return [own, ...named.filter(({ scope }) => scope !== own.scope)];
  }

  /** A first pull brings an entity's window only; what lies before it is left out on all of its pages. */
  async function leaveOutOld(
    snapshot: SyncReadTransaction<Tx>,
    positions: readonly ScopePosition[],
  ): Promise<readonly ScopePosition[]> {
    const queries = positions
      .filter(({ skipDeletionsUntil }) => skipDeletionsUntil > 0)
      .flatMap(({ scope, skipDeletionsUntil }) =>
        windows.map(({ entity, rows }) => ({ scope, entity, rows, upTo: skipDeletionsUntil })),
      );
    if (queries.length === 0) return positions;
    const starts = await snapshot.windowStarts(queries);
    return positions.map((position) => {
      const own = queries.flatMap(({ scope, entity }, index) =>
        scope === position.scope ? [[entity, starts[index] ?? 0] as const] : [],
      );
      return { ...position, leaveOutUntil: Object.fromEntries(own) };
    });
  }
}

const windowsOf = (contract: SyncContract) =>
  Object.entries(contract.entities).flatMap(([entity, { window }]) =>
    window === undefined ? [] : [{ entity, rows: window }],
  );

const versionOf = (versions: ReadonlyMap<string, ScopeVersion>, scope: string) => versions.get(scope)?.version ?? 0;

function checkDevice(checkpoint: DeviceCheckpoint | undefined, user: SyncUser, { ackSeq = 0 }: PullInput) {
  if (checkpoint === undefined) throw resetRequired("The server does not know this device.");
  if (checkpoint.userId !== user.id) {
    throw new TidemarkError("FORBIDDEN", { message: "This device id belongs to another person; take a new one." });
  }
  if (ackSeq > checkpoint.lastSeq) throw resetRequired("The device confirms verdicts that the server never gave.");
  return checkpoint;
}

const resetRequired = (reason: string) =>
  new TidemarkError("RESET_REQUIRED", {
    message: `${reason} Take a new device id, keep the queue and pull with cursor null.`,
  });

/** Splits the cursor into scopes that the user may still read by the same grant, and scopes lost since. */
function keepGranted(scopes: ReadonlyMap<string, CursorScope>, readable: readonly ReadableScope[]) {
  const grants = new Map(readable.map(({ scope, grant }) => [scope, grant]));
  const kept = new Map<string, CursorScope>();
  const removedScopes: string[] = [];
  for (const [scope, at] of scopes) {
    if (grants.get(scope) === at.grant) kept.set(scope, at);
    else removedScopes.push(scope);
  }
  return { kept, removedScopes };
}

function positionsOf(
  wanted: readonly ReadableScope[],
  kept: ReadonlyMap<string, CursorScope>,
  versions: ReadonlyMap<string, ScopeVersion>,
): readonly ScopePosition[] {
  return wanted.map(({ scope }) => {
    const { version, prunedUntil } = versions.get(scope) ?? { version: 0, prunedUntil: 0 };
    const at = kept.get(scope);
    if (at === undefined) return { scope, after: 0, skipDeletionsUntil: version };
    if (at.version > version) throw resetRequired("The cursor is ahead of the database.");
    const { skipDeletionsUntil = 0 } = at;
    // Deletions after what it has seen are forgotten: it would keep rows for ever that are gone.
    if (Math.max(at.version, skipDeletionsUntil) < prunedUntil) throw resetRequired("The cursor is too old.");
    return { scope, after: at.version, skipDeletionsUntil };
  });
}

/** The cursor after this page: whole scopes up to their version, the one that the page cut up to its last change. */
function advance(page: {
  readonly wanted: readonly ReadableScope[];
  readonly kept: ReadonlyMap<string, CursorScope>;
  readonly positions: readonly ScopePosition[];
  readonly versions: ReadonlyMap<string, ScopeVersion>;
  readonly changes: readonly SyncChange[];
  readonly next: SyncChange | undefined;
}): ReadonlyMap<string, CursorScope> {
  const scopes = new Map(page.kept);
  const order = new Map(page.positions.map(({ scope }, index) => [scope, index]));
  const cutIndex = page.next === undefined ? Infinity : (order.get(page.next.scope) ?? Infinity);
  for (const [index, { scope, grant }] of page.wanted.entries()) {
    if (index < cutIndex) {
      scopes.set(scope, { version: versionOf(page.versions, scope), grant });
      continue;
    }
    const lastChange = page.changes.findLast((change) => change.scope === scope);
    if (lastChange === undefined) break;
    const skipDeletionsUntil = page.positions[index]?.skipDeletionsUntil ?? 0;
    const stillLoading = skipDeletionsUntil > lastChange.version;
    scopes.set(scope, { version: lastChange.version, grant, ...(stillLoading && { skipDeletionsUntil }) });
  }
  return scopes;
}
