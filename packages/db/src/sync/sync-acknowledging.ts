import type { SyncStore } from "@tidemark/api/server";
import type { DatabaseHandle } from "../engine/database.ts";
import { runStatement } from "../engine/raw-rows.ts";

/**
 * Never beyond `last_seq`: what has no verdict yet cannot be confirmed. A device that a push holds is passed over, so that one
 * slow push does not hold up everybody's confirmations: it confirms again with its next request. Of the condition that is
 * always true, see `SAVE_VERDICTS`.
 */
const ACKNOWLEDGE = `
  with confirmed as materialized (
    select device_id, greatest(ack_seq, least(wanted."ackSeq", last_seq)) as seq
    from json_to_recordset($1::text::json) as wanted ("deviceId" text, "ackSeq" bigint)
    cross join lateral (
      select device_id, ack_seq, last_seq from sync_devices where device_id = wanted."deviceId" for update skip locked
    ) as device
    where "ackSeq" = abs("ackSeq")
  ), acknowledged as (
    update sync_devices set ack_seq = confirmed.seq, last_seen_at = now()
    from confirmed where sync_devices.device_id = confirmed.device_id
  )
  delete from sync_verdicts using confirmed
  where sync_verdicts.device_id = confirmed.device_id and sync_verdicts.seq <= confirmed.seq`;

type Acknowledge = SyncStore<DatabaseHandle>["acknowledge"];

/**
 * Confirmations of many devices in few statements: those that arrive while one runs go together in the next. Each resolves
 * once its own is committed.
 */
export function createAcknowledge(db: DatabaseHandle): Acknowledge {
  let waiting = new Map<string, number>();
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const runNext = async () => {
    // A failure is told to those who travelled with it, not to the next ones.
    await running.catch(() => undefined);
    const together = [...waiting].map(([deviceId, ackSeq]) => ({ deviceId, ackSeq }));
    waiting = new Map();
    running = next ?? running;
    next = undefined;
    await runStatement(db, ACKNOWLEDGE, [JSON.stringify(together)]);
  };

  return ({ deviceId, ackSeq }) => {
    waiting.set(deviceId, Math.max(ackSeq, waiting.get(deviceId) ?? 0));
    return (next ??= runNext());
  };
}
