CREATE TABLE "read_marks" (
	"user_id" uuid NOT NULL,
	"lesson_id" uuid NOT NULL,
	"up_to_at" timestamp (6) with time zone NOT NULL,
	"up_to_message_id" uuid,
	CONSTRAINT "read_marks_user_id_lesson_id_pk" PRIMARY KEY("user_id","lesson_id")
);
--> statement-breakpoint
ALTER TABLE "read_marks" ADD CONSTRAINT "read_marks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "read_marks" ADD CONSTRAINT "read_marks_lesson_id_lessons_id_fk" FOREIGN KEY ("lesson_id") REFERENCES "public"."lessons"("id") ON DELETE cascade ON UPDATE no action;