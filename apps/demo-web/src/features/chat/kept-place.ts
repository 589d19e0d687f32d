import type { ReadPosition } from "@tidemark/api/contracts";
import * as z from "zod";

/** How far this device has seen its person read, until the server knows. */
export interface KeptPlace {
  read(): ReadPosition | undefined;
  write(place: ReadPosition): void;
  clear(): void;
  /** Told of what other tabs of this device write, until it is ended. */
  watch(onPlace: (place: ReadPosition) => void): () => void;
}

const keptPlace = z.object({ upTo: z.string(), upToAt: z.string() });

/** In `localStorage`, one a person and lesson; where the browser refuses, it lasts as long as the page. */
export function createKeptPlace(deps: {
  readonly storage: Storage | undefined;
  readonly userId: string;
  readonly lessonId: string;
}): KeptPlace {
  const { storage, userId, lessonId } = deps;
  const key = `tidemark:read:${userId}:${lessonId}`;
  return {
    read: () => parsePlace(storage?.getItem(key) ?? null),
    write(place) {
      try {
        storage?.setItem(key, JSON.stringify(place));
      } catch (error) {
        // Full: the mark is sent all the same, and read again once the room is opened anew.
        if (!(error instanceof DOMException)) throw error;
      }
    },
    clear: () => storage?.removeItem(key),
    watch(onPlace) {
      const listen = (event: StorageEvent) => {
        const place = event.key === key ? parsePlace(event.newValue) : undefined;
        if (place !== undefined) onPlace(place);
      };
      addEventListener("storage", listen);
      return () => removeEventListener("storage", listen);
    },
  };
}

function parsePlace(text: string | null): ReadPosition | undefined {
  const parsed = keptPlace.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch (error) {
    // Written by something else than this app.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
