import { and, eq, ne } from "drizzle-orm";
import type { DatabaseHandle } from "../engine/database.ts";
import { users } from "./user-tables.ts";

export interface User {
  readonly id: string;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
}

const columns = { id: users.id, email: users.email, name: users.name, passwordHash: users.passwordHash };

export function createUserStore() {
  return {
    async findByEmail(db: DatabaseHandle, email: string): Promise<User | undefined> {
      const [user] = await db.select(columns).from(users).where(eq(users.email, email.toLowerCase()));
      return user;
    },

    /** With `lock` nobody changes the person before the transaction ends. */
    async findById(
      db: DatabaseHandle,
      id: string,
      { lock = false }: { readonly lock?: boolean } = {},
    ): Promise<User | undefined> {
      const query = db.select(columns).from(users).where(eq(users.id, id));
      const [user] = await (lock ? query.for("share") : query);
      return user;
    },

    /** `undefined` when the person has that name already, or does not exist; nothing is written then. */
    async rename(
      db: DatabaseHandle,
      { id, name }: { readonly id: string; readonly name: string },
    ): Promise<User | undefined> {
      const [renamed] = await db
        .update(users)
        .set({ name })
        .where(and(eq(users.id, id), ne(users.name, name)))
        .returning(columns);
      return renamed;
    },

    /** `undefined` when the address is taken; nothing is written then. */
    async insert(db: DatabaseHandle, user: User): Promise<User | undefined> {
      const [inserted] = await db
        .insert(users)
        .values({ ...user, email: user.email.toLowerCase() })
        .onConflictDoNothing({ target: users.email })
        .returning(columns);
      return inserted;
    },
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
