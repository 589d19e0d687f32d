import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { describeOnEveryDatabase } from "../../testing/index.ts";
import type { DatabaseHandle } from "../engine/database.ts";
import { createUserStore } from "./user-store.ts";

describeOnEveryDatabase("the user store", (context) => {
  const users = createUserStore();
  let db: DatabaseHandle;
  beforeAll(async () => {
    ({ db } = await context.open());
  });
  const newUser = (email: string) => ({ id: randomUUID(), email, name: "Ada", passwordHash: "hash" });

  it("finds a person by id, and by address in any case", async () => {
    const user = newUser("Ada@Example.org");
    const stored = { ...user, email: "ada@example.org" };
    expect(await users.insert(db, user)).toEqual(stored);
    expect(await users.findById(db, user.id)).toEqual(stored);
    expect(await users.findByEmail(db, "ADA@example.ORG")).toEqual(stored);
  });

  it("finds nobody for an unknown id or address", async () => {
    expect(await users.findById(db, randomUUID())).toBeUndefined();
    expect(await users.findByEmail(db, "nobody@example.org")).toBeUndefined();
  });

  it("renames one person, and answers nothing for the name that they have or for nobody", async () => {
    const [ada, grace] = [newUser("rename@example.org"), newUser("other@example.org")];
    await users.insert(db, ada);
    await users.insert(db, grace);
    const renamed = { ...ada, name: "Augusta Ada" };
    expect(await users.rename(db, renamed)).toEqual(renamed);
    expect(await users.rename(db, renamed)).toBeUndefined();
    expect(await users.rename(db, { id: randomUUID(), name: "Nobody" })).toBeUndefined();
    expect([await users.findById(db, ada.id), await users.findById(db, grace.id)]).toEqual([renamed, grace]);
  });

  it("gives an address to one person only, also when two ask at once", async () => {
    const rivals = [newUser("taken@example.org"), newUser("TAKEN@example.org")];
    const inserted = await Promise.all(rivals.map((rival) => users.insert(db, rival)));
    expect(inserted.filter((user) => user !== undefined)).toHaveLength(1);
  });

  it("finds an address that looks like SQL or a pattern only by itself", async () => {
    const user = newUser("o'neil%_@example.org");
    await users.insert(db, user);
    expect(await users.findByEmail(db, user.email)).toEqual(user);
    expect(await users.findByEmail(db, "%")).toBeUndefined();
  });
});
