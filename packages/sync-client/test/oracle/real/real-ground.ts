import type { Ground } from "../run-seeds.ts";
import { createActivity } from "./activity.ts";
import { createIndexedDbDisk, type IndexedDbDisk } from "./indexeddb-disk.ts";
import { openPglite } from "./pglite-database.ts";

/** Real storage under worlds of the SDK's core: its own IndexedDB storage over fake-indexeddb, the packages' store on PGlite. */
export async function openRealGround(): Promise<{ readonly prepare: () => Promise<Ground>; close(): Promise<void> }> {
  let current = createActivity();
  let count = 0;
  const pglite = await openPglite({
    during: (work) => current.during(work),
    outside: (work) => current.outside(work),
    settled: () => current.settled(),
  });
  return {
    /** A world's own; nothing of the one before is left. */
    async prepare() {
      current = createActivity();
      const activity = current;
      const disks: IndexedDbDisk[] = [];
      await pglite.empty();
      return {
        settled: activity.settled,
        createDatabase: pglite.create,
        createDisk() {
          const disk = createIndexedDbDisk(`oracle ${(count += 1)}`, activity);
          disks.push(disk);
          return disk;
        },
        async close() {
          await Promise.all(disks.map((disk) => disk.remove()));
        },
      };
    },
    close: pglite.close,
  };
}
