CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"lesson_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"accepted_at" timestamp (6) with time zone,
	"expires_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "invitations_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "invitations_email_is_lower_case" CHECK ("invitations"."email" = lower("invitations"."email")),
	CONSTRAINT "invitations_role" CHECK ("invitations"."role" in ('host', 'participant', 'viewer'))
);
--> statement-breakpoint
ALTER TABLE "sync_changes" DROP CONSTRAINT "sync_changes_scope_entity_entity_id_pk";--> statement-breakpoint
ALTER TABLE "sync_changes" ADD CONSTRAINT "sync_changes_row" PRIMARY KEY("entity","entity_id","scope");--> statement-breakpoint
ALTER TABLE "lessons" ADD COLUMN "tags" json DEFAULT '[]'::json NOT NULL;--> statement-breakpoint
ALTER TABLE "lessons" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sync_changes" ADD COLUMN "marks" jsonb;--> statement-breakpoint
ALTER TABLE "sync_epoch" ADD COLUMN "system_identifier" text;--> statement-breakpoint
ALTER TABLE "sync_epoch" ADD COLUMN "timeline" bigint;--> statement-breakpoint
ALTER TABLE "sync_scopes" ADD COLUMN "pruned_until" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_lesson_id_lessons_id_fk" FOREIGN KEY ("lesson_id") REFERENCES "public"."lessons"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invitations_lesson" ON "invitations" USING btree ("lesson_id");--> statement-breakpoint
CREATE INDEX "sync_changes_live" ON "sync_changes" USING btree ("scope","entity","version") WHERE "sync_changes"."value" is not null;--> statement-breakpoint
CREATE INDEX "sync_changes_deletions" ON "sync_changes" USING btree ("changed_at") WHERE "sync_changes"."value" is null;--> statement-breakpoint
CREATE INDEX "sync_parked_operations_by_time" ON "sync_parked_operations" USING btree ("parked_at","device_id","seq");