/** Encoded, so that no user id can name another person's database. */
export const databaseName = (contractName: string, userId: string): string =>
  `tidemark:${encodeURIComponent(contractName)}:${encodeURIComponent(userId)}`;
