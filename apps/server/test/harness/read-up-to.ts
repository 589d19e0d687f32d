import { createTestDevice } from "../../src/testing/test-device.ts";
import type { Client } from "./device.ts";

/** The text of the newest message that the person has read, as another device of theirs learns it. */
export async function readUpTo(api: Client): Promise<unknown> {
  const device = createTestDevice(api);
  await device.pull();
  const [mark] = device.rows("readMark");
  return device.rows("chatMessage").find(({ id }) => id === mark?.["upTo"])?.["text"];
}
