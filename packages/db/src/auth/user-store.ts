import { eq } from "drizzle-orm";
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

    async findById(db: DatabaseHandle, id: string): Promise<User | undefined> {
      const [user] = await db.select(columns).from(users).where(eq(users.id, id));
      return user;
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
