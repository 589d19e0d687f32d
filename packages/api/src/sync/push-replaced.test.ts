import { describe, expect, it } from "vitest";
import { adds, ann, batch, bob, deviceIdOf, openTodos } from "./todo-fixture.ts";

const [old, between, renewed] = [deviceIdOf(1), deviceIdOf(2), deviceIdOf(3)];
const reset = { code: "RESET_REQUIRED" };

describe("a device that has taken a new id", () => {
  it("S42 I2: makes what is still under way by the old one come to nothing, though the server has forgotten the same operations", async () => {
    const { engine, store, texts } = await openTodos();
    await store.ensureDevice({ deviceId: old, userId: ann.id });
    const underWay = batch(adds(1, 2), { deviceId: old });
    const requeued = batch(adds(1, 2), { deviceId: renewed, replaces: [old] });
    await engine.push(ann, requeued);
    await engine.push(ann, batch([], { deviceId: renewed, ackSeq: 2 }));
    await expect(engine.push(ann, underWay)).rejects.toMatchObject(reset);
    expect(await texts()).toEqual(["text 1", "text 2"]);
  });

  it("S42 I2: also where the first push by an id comes after the device has taken another one", async () => {
    const { engine, texts } = await openTodos();
    await engine.push(ann, batch(adds(1, 2), { deviceId: renewed, replaces: [old, between] }));
    await engine.push(ann, batch([], { deviceId: renewed, ackSeq: 2 }));
    for (const deviceId of [old, between]) {
      await expect(engine.push(ann, batch(adds(1, 2), { deviceId }))).rejects.toMatchObject(reset);
      await expect(engine.push(ann, batch(adds(1, 2), { deviceId, replaces: [renewed] }))).rejects.toMatchObject(reset);
    }
    expect(await texts()).toHaveLength(2);
    // A refused push retires nobody.
    expect(await engine.push(ann, batch(adds(3, 3), { deviceId: renewed }))).toMatchObject({ lastSeq: 3 });
  });

  it("S42 S3 I2: has the verdicts of what came by the old one in time, also when both arrive at once", async () => {
    const { engine, texts } = await openTodos();
    const late = engine.push(ann, batch(adds(1, 3), { deviceId: old }));
    const requeued = batch(adds(1, 3), { deviceId: renewed, replaces: [old] });
    const [, output] = await Promise.allSettled([late, engine.push(ann, requeued)]);
    expect(output).toMatchObject({ status: "fulfilled", value: { lastSeq: 3 } });
    expect(await texts()).toEqual(["text 1", "text 2", "text 3"]);
    await expect(engine.push(ann, batch(adds(1, 3), { deviceId: old }))).rejects.toMatchObject(reset);
  });

  it("S42 S11: retires no device of another person, nor itself, and may name an id again and again", async () => {
    const { engine, setMember } = await openTodos();
    await setMember("shared", bob, { role: "writer" });
    await engine.push(bob, batch(adds(1, 1), { deviceId: old }));
    const naming = (from: number) => batch(adds(from, from), { deviceId: renewed, replaces: [old, old, renewed] });
    await engine.push(ann, naming(1));
    expect(await engine.push(ann, naming(2))).toMatchObject({ lastSeq: 2 });
    expect(await engine.push(bob, batch(adds(2, 2), { deviceId: old }))).toMatchObject({ lastSeq: 2 });
  });
});
