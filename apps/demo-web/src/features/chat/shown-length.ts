import { MAX_MESSAGE_LENGTH } from "@tidemark/api/contracts";

/** From here on the number of characters left is worth knowing. */
export const COUNT_FROM = MAX_MESSAGE_LENGTH - 500;

/**
 * A message's length as far as anything shows it: 0 when there is nothing to send, 1 up to where the characters are
 * counted, from there on exactly. Most key presses leave it as it is, and so draw nothing but the box itself.
 */
export function shownLength(text: string): number {
  const { length } = text.trim();
  return length < COUNT_FROM ? Math.min(length, 1) : length;
}
