import { randomUUID } from "node:crypto";
import { createSessionStore, createSocketTicketStore, createUserStore } from "@tidemark/db";
import { describeOnEveryDatabase } from "@tidemark/db/testing";
import { beforeAll, expect, it } from "vitest";
import { createMetrics } from "../../observability/metrics.ts";
import { createManualClock } from "../../platform/clock/manual-clock.ts";
import { createSocketTickets, type SocketTickets } from "./socket-tickets.ts";

describeOnEveryDatabase("tickets for sockets", (context) => {
  const clock = createManualClock(Date.parse("2026-11-22T10:00:00Z"));
  const user = { id: randomUUID(), sessionId: randomUUID() };
  let tickets: SocketTickets;
  beforeAll(async () => {
    const database = await context.open();
    const metrics = createMetrics({ onSampleError: () => undefined });
    await createUserStore().insert(database.db, { id: user.id, email: "a@b.test", name: "Ada", passwordHash: "hash" });
    const times = { rotatedAt: "2026-11-22T10:00:00Z", expiresAt: "2027-11-22T10:00:00Z" };
    await createSessionStore().insert(database.db, { id: user.sessionId, userId: user.id, ...times });
    tickets = createSocketTickets({ database, tickets: createSocketTicketStore(), clock, metrics });
  });

  it("work once, also for two who come at once", async () => {
    const { ticket, expiresAt } = await tickets.issue(user);
    expect(Date.parse(expiresAt) - clock.now()).toBe(30_000);
    const redeemed = await Promise.all([tickets.redeem(ticket), tickets.redeem(ticket)]);
    expect(redeemed.filter((found) => found !== undefined)).toEqual([user]);
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });

  it("end after 30 seconds", async () => {
    const { ticket } = await tickets.issue(user);
    clock.advance(30_000);
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });

  it.each(["", "x", "x".repeat(43), "x".repeat(100_000), "'; drop table socket_tickets; --"])(
    "cannot be guessed: %#",
    async (guess) => {
      expect(await tickets.redeem(guess)).toBeUndefined();
    },
  );
});
