/** Most operations in one push. */
export const MAX_PUSH_OPERATIONS = 500;
/** Largest request body, in bytes: a push with its envelope, and with all calls of a batch that it travels in. */
export const MAX_PUSH_BYTES = 1024 * 1024;
export const DEFAULT_PULL_LIMIT = 1000;
export const MAX_PULL_LIMIT = 5000;
/** Most former ids of a device in one push. */
export const MAX_REPLACED_DEVICES = 20;

/** Most bytes of one operation's arguments: one operation always fits into one push, with its envelope. */
export const MAX_OPERATION_BYTES = MAX_PUSH_BYTES / 2;

const encoder = new TextEncoder();
/** Length in UTF-8, as these limits count. */
export const byteLength = (text: string): number => encoder.encode(text).length;
