/** Most operations in one push. */
export const MAX_PUSH_OPERATIONS = 500;
/** Largest request body, in bytes: a push with its envelope, and with all calls of a batch that it travels in. */
export const MAX_PUSH_BYTES = 1024 * 1024;
export const DEFAULT_PULL_LIMIT = 1000;
export const MAX_PULL_LIMIT = 5000;
/** Most former ids of a device in one push. */
export const MAX_REPLACED_DEVICES = 20;
