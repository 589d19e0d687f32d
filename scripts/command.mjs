// `migrate`, `seed` and `tasks`: what an operator runs without the server, or beside it on Postgres.
import "./require-node-24.mjs";

await import("../apps/server/src/commands.ts");
