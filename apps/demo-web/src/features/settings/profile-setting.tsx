import { useSync } from "@tidemark/sync-client/react";
import { useState, type FormEvent } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { useApi } from "../../use-api.tsx";
import { useAuth } from "../auth/use-auth.tsx";

const MAX_NAME_LENGTH = 100;

type Progress = "editing" | "saving" | "failed";

export function ProfileSetting() {
  const texts = useTexts("settings");
  const { auth, state } = useAuth();
  const api = useApi();
  const sync = useSync();
  const toasts = useToasts();
  const user = state.status === "signed-out" ? { name: "", email: "" } : state.user;
  const [name, setName] = useState(user.name);
  const [progress, setProgress] = useState<Progress>("editing");
  const isEmpty = name.trim() === "";
  const isChanged = name.trim() !== user.name;

  async function save(event: FormEvent) {
    event.preventDefault();
    if (isEmpty || !isChanged || progress === "saving") return;
    setProgress("saving");
    try {
      await auth.updateUser(await api.auth.updateProfile.mutate({ name: name.trim() }));
      setProgress("editing");
      toasts.show({ text: texts.nameSaved, tone: "success" });
      await sync.syncNow();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setProgress("failed");
    }
  }

  return (
    <form noValidate onSubmit={(event) => void save(event)} className="space-y-4">
      {progress === "failed" ? <Notice tone="danger">{texts.nameNotSaved}</Notice> : null}
      <TextField
        label={texts.name}
        autoComplete="name"
        maxLength={MAX_NAME_LENGTH}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isEmpty ? texts.enterName : undefined}
      />
      <TextField label={texts.email} type="email" readOnly value={user.email} />
      <Button type="submit" isBusy={progress === "saving"} disabled={isEmpty || !isChanged}>
        {texts.saveName}
      </Button>
    </form>
  );
}
