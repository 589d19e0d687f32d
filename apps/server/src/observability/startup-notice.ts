/** What a person who started the server wants to know, as plain lines beside the JSON log. */
export function startupNotice(facts: {
  readonly address: string;
  readonly publicUrl: string | undefined;
  readonly database: "postgres" | "pglite";
  readonly dataDir: string;
  readonly demoAccounts: readonly { readonly email: string; readonly note: string }[];
  readonly demoPassword: string;
}): string {
  const width = Math.max(0, ...facts.demoAccounts.map(({ email }) => email.length));
  const accounts = facts.demoAccounts.map(({ email, note }) => `    ${email.padEnd(width)}  ${note}`);
  const storage =
    facts.database === "postgres"
      ? ["  Data: Postgres (DATABASE_URL)"]
      : [
          `  Data: ${facts.dataDir} (embedded PGlite)`,
          "    It runs with fsync off: it survives the death of the process, not a power cut. Set DATABASE_URL for Postgres.",
        ];
  return [
    "",
    `  Tidemark is ready at ${facts.address}${facts.publicUrl === undefined ? "" : ` (public: ${facts.publicUrl})`}`,
    "",
    ...(accounts.length === 0 ? [] : [`  Demo accounts, password ${facts.demoPassword}:`, ...accounts, ""]),
    ...storage,
    "",
    "",
  ].join("\n");
}

const fileFailures = new Set(["EACCES", "EEXIST", "EPERM", "EROFS", "ENOSPC", "ENOTDIR", "EISDIR", "ENAMETOOLONG"]);

/** One line for a failure that a person can mend; `undefined` for one that needs its stack. */
export function describeStartFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && error.code === "EADDRINUSE") {
    return `PORT: ${"port" in error ? String(error.port) : "the port"} is in use; stop what listens there, or set PORT to another (0 takes any free one).`;
  }
  if (error.name === "DataFolderLockedError") return `DATA_DIR: ${error.message}`;
  if (error.name === "SchemaFileError") return `JSON_SCHEMA_DIR: ${error.message}`;
  if (!("code" in error && "syscall" in error)) return undefined;
  if (error.syscall === "listen" && error.code === "EACCES") return `PORT: ${error.message}; take one above 1023.`;
  if (error.syscall === "listen" || error.syscall === "getaddrinfo") return `HOST: ${error.message}`;
  // The data folder is the only place that a starting server writes to.
  return "path" in error && fileFailures.has(String(error.code)) ? `DATA_DIR: ${error.message}` : undefined;
}
