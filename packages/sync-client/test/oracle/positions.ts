import type { PullInput, PullOutput } from "@tidemark/api/server";
import type { Reference } from "./reference.ts";

/** What a device has of a scope. */
export interface ScopePlace {
  /** Its rows are those after so many commits; `undefined` while pages of it may be missing. */
  readonly index: number | undefined;
  /** The scope's version at the end of its first pull: what changed since must be there, windows or not. */
  readonly since: number | undefined;
}

/** What a device has that holds a certain cursor. */
export interface Position {
  /** The snapshot of the pull that gave it. */
  readonly snapshot: number;
  readonly places: ReadonlyMap<string, ScopePlace>;
}

/**
 * Two pulls of a device may end at the same cursor though they began elsewhere: one from nothing, which brings windows, and
 * one of before an update that still arrives, or of a tab that does not lead any more. Which of them the device has stored is
 * not to be seen from here: it must have what both brought.
 */
function leastOf(places: Position["places"], others: Position["places"]): Position["places"] {
  return new Map(
    Array.from(places, ([scope, place]) => {
      const { index, since } = others.get(scope) ?? place;
      return [scope, { index: later(index, place.index), since: later(since, place.since) }];
    }),
  );
}

const later = (left: number | undefined, right: number | undefined): number | undefined =>
  left === undefined || right === undefined ? undefined : Math.max(left, right);

const NOTHING: Position = { snapshot: 0, places: new Map() };

/** Follows what devices have been sent, by their cursors, without reading one. */
export function createPositions(reference: Reference) {
  const byCursor = new Map<string, Position>();
  const keyOf = (client: number, cursor: string) => `${client} ${cursor}`;

  return {
    of: (client: number, cursor: string): Position | undefined => byCursor.get(keyOf(client, cursor)),

    pulled(pull: {
      readonly client: number;
      readonly userId: string;
      readonly input: PullInput;
      readonly output: PullOutput;
      readonly snapshot: number;
    }): void {
      const { client, userId, input, output, snapshot } = pull;
      const before = input.cursor === null ? NOTHING : byCursor.get(keyOf(client, input.cursor));
      // A cursor of before a restore.
      if (before === undefined) return;
      const places = new Map(before.places);
      for (const scope of output.removedScopes) places.delete(scope);
      const wanted = input.scopes && new Set(input.scopes);
      for (const scope of reference.readableScopes(userId, snapshot)) {
        if (wanted?.has(scope) === false) continue;
        const since = places.get(scope)?.since;
        const place = output.hasMore
          ? { index: undefined, since }
          : { index: snapshot, since: since ?? reference.version(scope, snapshot) };
        places.set(scope, place);
      }
      const key = keyOf(client, output.cursor);
      byCursor.set(key, { snapshot, places: leastOf(places, byCursor.get(key)?.places ?? places) });
    },

    /** Another history begins. */
    clear: () => byCursor.clear(),
  };
}
