import { selectRows, sql, type DatabaseHandle } from "@tidemark/db/sync";
import type { MemoryRows } from "@tidemark/api/testing";
import type { ListsRows } from "../lists-server.ts";

/** Domain rows of the lists, in one table of a real database. */
export function rowsOf(handle: DatabaseHandle): MemoryRows<ListsRows> {
  const find = async (entity: string, id: string, lock: string): Promise<unknown> => {
    const found = await selectRows<{ row: unknown }>(
      handle,
      sql`select row from oracle_rows where entity = ${entity} and id = ${id} ${sql.raw(lock)}`,
    );
    return found[0]?.row;
  };
  return {
    get: async (entity, id) => (await find(entity, id, "")) as ListsRows[typeof entity] | undefined,
    lock: async (entity, id) => (await find(entity, id, "for update")) as ListsRows[typeof entity] | undefined,
    async list(entity) {
      const found = await selectRows<{ row: unknown }>(
        handle,
        sql`select row from oracle_rows where entity = ${entity} order by id`,
      );
      return found.map(({ row }) => row as ListsRows[typeof entity]);
    },
    async put(entity, row) {
      await selectRows(
        handle,
        sql`
          insert into oracle_rows (entity, id, row) values (${entity}, ${row.id}, ${JSON.stringify(row)}::text::json)
          on conflict (entity, id) do update set row = excluded.row`,
      );
    },
    async delete(entity, id) {
      await selectRows(handle, sql`delete from oracle_rows where entity = ${entity} and id = ${id}`);
    },
  };
}
