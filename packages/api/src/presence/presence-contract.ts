import * as z from "zod";
import { uuid } from "../values.ts";

const MAX_IDS = 200;

export const onlineStatusInput = z.strictObject({ ids: z.array(uuid).min(1).max(MAX_IDS) });

export const onlineStatus = z.object({
  /** Every id that was asked about; false for whom the reader shares no lesson with. */
  online: z.record(z.string(), z.boolean()),
  online_ids: z.array(z.string()),
});

export type OnlineStatusInput = z.infer<typeof onlineStatusInput>;
export type OnlineStatus = z.infer<typeof onlineStatus>;
