import { chatStates } from "./chat-states.ts";
import { entranceStates } from "./entrance-states.ts";
import { lessonsStates } from "./lessons-states.ts";
import { otherStates } from "./other-states.ts";
import { roomStates } from "./room-states.ts";
import type { DemoState } from "./stage.ts";
import { syncStates } from "./sync-states.ts";

/** Every page of the demo in every state that has one. */
export const demoStates: readonly DemoState[] = [
  ...entranceStates,
  ...lessonsStates,
  ...roomStates,
  ...chatStates,
  ...syncStates,
  ...otherStates,
];
