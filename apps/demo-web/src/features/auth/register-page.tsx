import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTexts } from "../../i18n/use-texts.tsx";
import { Entrance } from "./entrance.tsx";
import { RegisterForm } from "./register-form.tsx";

/** `/register`: a new account is signed in at once and goes where its person was going. */
export function RegisterPage() {
  const texts = useTexts("auth");
  const { next } = useSearch({ from: "/register" });
  const navigate = useNavigate();
  return (
    <Entrance title={texts.registerTitle} intro={texts.registerIntro} form="register" next={next}>
      <RegisterForm onRegistered={() => void navigate({ to: next ?? "/", replace: true })} />
    </Entrance>
  );
}
