import type { Sql } from "postgres";
import type { Random } from "./random.ts";
import { createUuids } from "./random.ts";

/** Who writes where: everyone is a participant of every lesson. */
export interface School {
  readonly userIds: readonly string[];
  /** The first one is the hot lesson. */
  readonly lessonIds: readonly string[];
}

export function planSchool(random: Random, size: { readonly users: number; readonly lessons: number }): School {
  const newId = createUuids(random);
  return {
    userIds: Array.from({ length: size.users }, newId),
    lessonIds: Array.from({ length: size.lessons }, newId),
  };
}

/** Writes the school's rows; `userIds` may name people that exist already. */
export async function fillSchool(sql: Sql, { userIds, lessonIds }: School): Promise<void> {
  await sql`
    insert into users (id, email, name, password_hash)
    select id::uuid, id || '@example.org', 'Writer', 'none' from json_array_elements_text(${JSON.stringify(userIds)}::text::json) as id (id)
    on conflict (id) do nothing`;
  await sql`
    insert into lessons (id, title, starts_at)
    select id::uuid, 'Bench', '2026-11-22T10:00:00Z' from json_array_elements_text(${JSON.stringify(lessonIds)}::text::json) as id (id)`;
  await sql`
    insert into participants (id, lesson_id, user_id, role)
    select gen_random_uuid(), lesson_id::uuid, user_id::uuid, 'participant'
    from json_array_elements_text(${JSON.stringify(lessonIds)}::text::json) as lesson_id (lesson_id)
    cross join json_array_elements_text(${JSON.stringify(userIds)}::text::json) as user_id (user_id)`;
  await sql`analyze users, lessons, participants`;
}
