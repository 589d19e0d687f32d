import { describe, expect, it } from "vitest";
import type { PushOperation } from "./sync-protocol.ts";
import { add, adds, ann, batch, bob, deviceIdOf, openTodos, operationIdOf } from "./todo-fixture.ts";

const [old, renewed, third, fourth] = [deviceIdOf(1), deviceIdOf(2), deviceIdOf(3), deviceIdOf(4)];
const at = (seq: number, deviceId: string = old): Pick<PushOperation, "origin"> => ({ origin: { deviceId, seq } });
/** The operation of `adds(seq, seq)`, again in another place, with where it was before. */
const again = (seq: number, of: number, origin: Pick<PushOperation, "origin"> = at(of)) => ({
  ...add(of),
  seq,
  ...origin,
});
const applied = (seq: number, of = seq) => ({ id: operationIdOf(of), seq, status: "applied" });
const forgotten = (seq: number, of: number) => ({ id: operationIdOf(of), seq, status: "duplicate" });

type Todos = Awaited<ReturnType<typeof openTodos>>;
const push = (engine: Todos["engine"], deviceId: string, ops: readonly PushOperation[]) =>
  engine.push(ann, batch(ops, { deviceId }));
const confirm = (engine: Todos["engine"], deviceId: string, ackSeq: number) =>
  engine.push(ann, batch([], { deviceId, ackSeq }));

describe("an operation that names the place which it had under a former device id", () => {
  it("S43 I2 I3: has no second effect though its verdict is confirmed and forgotten, and is not said to be applied", async () => {
    const { engine, texts } = await openTodos();
    await push(engine, old, adds(1, 2));
    await confirm(engine, old, 2);
    const ops = [again(1, 2), again(2, 3)];
    expect(await push(engine, renewed, ops)).toMatchObject({ lastSeq: 2, results: [forgotten(1, 2), applied(2, 3)] });
    expect(await texts()).toEqual(["text 1", "text 2", "text 3"]);
    const { results } = await push(engine, renewed, [...ops, again(1, 2)]);
    expect(results[0]).toEqual(forgotten(1, 2));
    expect(results[1]).toEqual({ ...forgotten(2, 3), of: applied(2, 3) });
    expect(results[2]).toEqual(forgotten(1, 2));
    expect(await push(engine, renewed, [add(3, {}, { id: operationIdOf(9) })])).toMatchObject({ lastSeq: 3 });
  });

  it("S43: answers a seq that comes twice in one push alike, forgotten or not", async () => {
    const { engine } = await openTodos();
    await push(engine, old, adds(1, 1));
    await confirm(engine, old, 1);
    const { results } = await push(engine, renewed, [again(1, 1), again(1, 1)]);
    expect(results).toEqual([forgotten(1, 1), forgotten(1, 1)]);
  });

  it("S43 S4: stays refused where it was refused, whatever would become of it now", async () => {
    const { engine, setMember, texts } = await openTodos();
    await setMember("home", ann, { role: "reader" });
    const refused = await push(engine, old, adds(1, 2));
    expect(refused.results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await confirm(engine, old, 1);
    await setMember("home", ann);
    const { results } = await push(engine, renewed, [again(1, 1), again(2, 2)]);
    expect(results).toEqual([forgotten(1, 1), { ...forgotten(2, 2), of: refused.results[1] }]);
    expect(await texts()).toEqual([]);
  });

  it("S43 S2: answers the verdict of that place where only the first one's is forgotten", async () => {
    const { engine, texts } = await openTodos();
    await push(engine, old, adds(1, 1));
    await push(engine, renewed, [again(1, 1, {})]);
    await confirm(engine, old, 1);
    const { results } = await push(engine, third, [again(1, 1, at(1, renewed))]);
    expect(results).toEqual([{ ...forgotten(1, 1), of: applied(1) }]);
    expect(await texts()).toHaveLength(1);
  });

  it("S43 I2: takes that place, for whoever else still remembers it there, and leaves out what nobody sent", async () => {
    const { engine, texts } = await openTodos();
    await push(engine, renewed, [again(1, 1), again(2, 3)]);
    await confirm(engine, renewed, 2);
    const { results } = await push(engine, third, [again(1, 1), again(2, 2), again(3, 3)]);
    expect(results).toEqual([
      { ...forgotten(1, 1), of: applied(1) },
      applied(2),
      { ...forgotten(3, 3), of: { ...applied(2, 3) } },
    ]);
    expect(await texts()).toEqual(["text 1", "text 3", "text 2"]);
    await confirm(engine, third, 3);
    const late = await push(engine, fourth, [again(1, 2), again(2, 3)]);
    expect(late.results.map(({ status }) => status)).toEqual(["duplicate", "duplicate"]);
  });

  it("S43 I2: takes that place also where its verdict is known by its id", async () => {
    const { engine, texts } = await openTodos();
    await push(engine, renewed, [again(1, 1, {})]);
    await push(engine, third, [again(1, 1)]);
    await confirm(engine, renewed, 1);
    await confirm(engine, third, 1);
    const { results } = await push(engine, fourth, [again(1, 1)]);
    expect(results).toEqual([{ ...forgotten(1, 1), of: applied(1) }]);
    expect(await texts()).toHaveLength(1);
  });

  it("S43 S42: takes the former device out of use, known or not", async () => {
    const { engine, store } = await openTodos();
    await store.ensureDevice({ deviceId: old, userId: ann.id });
    await push(engine, renewed, [again(1, 1), again(2, 2, at(1, third))]);
    for (const deviceId of [old, third]) {
      await expect(push(engine, deviceId, adds(1, 1))).rejects.toMatchObject({ code: "RESET_REQUIRED" });
    }
  });

  it("S43 I2: has one effect where the former device's push and the present one's arrive at once", async () => {
    const { engine, texts } = await openTodos();
    const late = push(engine, old, adds(1, 3));
    const requeued = push(engine, renewed, [again(1, 1), again(2, 2), again(3, 3)]);
    const other = push(engine, third, [again(1, 3), again(2, 2)]);
    await Promise.allSettled([late, requeued, other]);
    expect((await texts()).toSorted()).toEqual(["text 1", "text 2", "text 3"]);
  });

  it("S43 S11: finds nothing at another person's device, takes nothing of it, and leaves it in use", async () => {
    const { engine, setMember, texts } = await openTodos();
    await setMember("home", bob);
    await engine.push(bob, batch(adds(1, 2), { deviceId: old }));
    await engine.push(bob, batch([], { deviceId: old, ackSeq: 2 }));
    const own = (seq: number) => add(seq, { id: `ann's ${seq}` }, at(seq));
    expect(await push(engine, renewed, [own(1), own(2), own(3)])).toMatchObject({
      results: [applied(1), applied(2), applied(3)],
    });
    expect(await engine.push(bob, batch(adds(3, 3), { deviceId: old }))).toMatchObject({ results: [applied(3)] });
    expect(await texts()).toHaveLength(6);
  });

  it("S43 I1: is applied where another operation has its verdict there: the name is wrong", async () => {
    const { engine, texts } = await openTodos();
    await push(engine, old, adds(1, 2));
    expect(await push(engine, renewed, [again(1, 3, at(2))])).toMatchObject({ results: [applied(1, 3)] });
    expect(await push(engine, third, [again(1, 2)])).toMatchObject({ results: [{ of: applied(2) }] });
    expect(await texts()).toHaveLength(3);
  });

  it("S43 I1: is applied where it names its own device, or shares its place with another one", async () => {
    const { engine, texts } = await openTodos();
    const [first, second] = [again(1, 1, at(7)), again(2, 2, at(7))];
    expect(await push(engine, renewed, [first, second, again(3, 3, at(1, renewed))])).toMatchObject({
      results: [applied(1), applied(2), applied(3)],
    });
    expect(await texts()).toHaveLength(3);
    expect(await push(engine, third, [first])).toMatchObject({ results: [{ of: applied(1) }] });
  });

  it("S43 S7: is not run again while it is parked", async () => {
    const { engine, store, faults, texts } = await openTodos();
    faults.afterAdd = () => {
      throw new TypeError("a bug of ours");
    };
    await push(engine, old, adds(1, 1));
    await confirm(engine, old, 1);
    delete faults.afterAdd;
    expect(await push(engine, renewed, [again(1, 1)])).toMatchObject({ results: [forgotten(1, 1)] });
    expect(await texts()).toEqual([]);
    expect(await store.parkedOperations(old)).toHaveLength(1);
    expect(await engine.rerunParked()).toMatchObject({ applied: 1 });
    expect(await texts()).toEqual(["text 1"]);
  });
});
