import { expect, it } from "vitest";
import { createWorld, isSynced } from "./harness.ts";

it("brings what one device wrote to another", async () => {
  const world = await createWorld();
  const phone = world.openTab();
  const laptop = world.openTab({ device: "laptop" });
  await phone.add("one");
  expect(phone.rows()).toMatchObject([{ text: "one", $state: "pending" }]);
  await world.until(() => laptop.texts().length === 1);
  await world.until(isSynced(phone));
  expect(phone.rows()).toMatchObject([{ text: "one", $state: "synced" }]);
  expect(await world.server.texts()).toEqual(["one"]);
  await world.stopAll();
});
