import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import type { PullOutput, PullRequest, PushInput, PushOutput, SyncChange } from "@tidemark/api/contracts";
import { LIST_ID, makeNotes, type Note, type Write } from "./notes.ts";

/**
 * A server that costs next to nothing, so that draining measures the clients (what the engine costs is measured by the
 * bench `push`). It speaks the sync protocol as far as a lone, honest device needs it, takes a plain list of writes from
 * those who do not, and answers it with the rows as they are then.
 */
export interface NotesServer {
  /** Another history, with so many notes. */
  reset(notes: number): void;
  /** All there are. */
  notes(): readonly Note[];
  /** Answers what is asked of it; false for the paths of others. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
}

const PAGE_ROWS = 5_000;

export function createNotesServer(): NotesServer {
  let history = startHistory(0);
  let resets = 0;
  let last: Promise<unknown> = Promise.resolve();
  const routes: Readonly<Record<string, (body: unknown) => unknown>> = {
    "/push": (body) => history.push(body as PushInput),
    "/pull": (body) => history.pull(body as PullRequest),
    "/apply": (body) => history.apply(body as readonly Write[]),
  };
  return {
    reset(notes) {
      resets += 1;
      history = startHistory(notes, `epoch ${resets}`);
    },
    notes: () => history.notes(),
    answer(request, response) {
      const route = routes[request.url ?? ""];
      if (route === undefined) return false;
      // In the order of their arrival, whichever body is here first: pushes are pipelined.
      const body = json(request);
      const answered = last.then(() => body).then((input) => JSON.stringify(route(input) ?? null));
      last = Promise.allSettled([answered]);
      void answered.then(
        (output) => response.setHeader("content-type", "application/json").end(output),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
      return true;
    },
  };
}

/** Notes by id, in the order of their versions. */
interface Versioned {
  readonly note: Note;
  readonly version: number;
}

function startHistory(count: number, epoch = "epoch 0") {
  const notes = new Map<string, Versioned>();
  const lastSeqs = new Map<string, number>();
  let version = 0;

  const put = (note: Note): Note => {
    version += 1;
    notes.delete(note.id);
    notes.set(note.id, { note, version });
    return note;
  };
  const apply = ({ name, args }: Write): Note => {
    if (name === "note.add") return put({ ...args, at: new Date(Date.UTC(2027, 0, 1) + version).toISOString() });
    const known = notes.get(args.id)?.note;
    if (known === undefined) throw new RangeError(`There is no note ${args.id}.`);
    return put({ ...known, text: args.text });
  };
  makeNotes(count).forEach(put);

  return {
    notes: () => [...notes.values()].map(({ note }) => note),
    apply: (batch: readonly Write[]) => batch.map(apply),
    push({ deviceId, ops }: PushInput): PushOutput {
      let lastSeq = lastSeqs.get(deviceId) ?? 0;
      const results = ops.map(({ id, seq, name, args }) => {
        if (seq !== lastSeq + 1) throw new RangeError(`Expected operation ${lastSeq + 1}, not ${seq}.`);
        lastSeq = seq;
        apply({ name, args } as Write);
        return { id, seq, status: "applied" as const };
      });
      lastSeqs.set(deviceId, lastSeq);
      return { epoch, lastSeq, results };
    },
    pull({ deviceId, cursor, limit = PAGE_ROWS }: PullRequest): PullOutput {
      const after = Number(cursor ?? 0);
      const later = [...notes.values()].filter((entry) => entry.version > after);
      const page = later.slice(0, limit);
      const changes = page.map(({ note, version: at }): SyncChange => {
        return { scope: `list:${LIST_ID}`, entity: "note", id: note.id, version: at, value: { ...note } };
      });
      const reached = page.at(-1)?.version ?? Math.max(after, version);
      return {
        epoch,
        lastSeq: lastSeqs.get(deviceId) ?? 0,
        cursor: String(reached),
        hasMore: page.length < later.length,
        removedScopes: [],
        changes,
      };
    },
  };
}
