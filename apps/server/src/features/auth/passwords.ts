import { hash, verify } from "@node-rs/argon2";

/** OWASP's first choice for argon2id; the package's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of a random text that nobody knows, at the same cost as every other. */
const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$YVH1Y92MhBFcrMXYnb9c1g$BKpiZLM0+UThaVL2OdNKxURR8YogBsl/r20bpsIvBB4";

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/**
 * Whether the password is the account's. Without an account it takes as long and says no, so that the time of an answer
 * does not tell which addresses exist.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? NOBODYS_HASH, password);
  return passwordHash !== undefined && matches;
}
