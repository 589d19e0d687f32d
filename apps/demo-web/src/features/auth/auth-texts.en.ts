import { pluralEn } from "../../i18n/plurals.ts";

/** Signing in, registering, and sessions that ended. */
export const authTexts = {
  signIn: "Sign in",
  signingIn: "Signing in",
  signInTitle: "Sign in to your lessons",
  signInIntro: "They open on this device without a connection, too.",
  email: "Email",
  password: "Password",
  name: "Name",
  nameHint: "As the others in your lessons see you.",
  passwordHint: (least: number) => pluralEn(least, { one: "At least # character.", other: "At least # characters." }),
  register: "Create account",
  registerTitle: "Create your account",
  registerIntro: "For tutors and students alike. No mail to confirm.",
  registerTab: "New account",
  whichForm: "Sign in or create an account",

  enterEmail: "Enter your email address.",
  enterFullEmail: "Enter a whole address, such as name@example.org.",
  enterPassword: "Enter your password.",
  enterName: "Enter your name.",
  passwordTooShort: (missing: number) =>
    pluralEn(missing, { one: "One character more, please.", other: "# characters more, please." }),

  wrongPassword: "That email and password do not match. Check both and try again.",
  addressTaken: "There is an account with this address already. Sign in instead.",
  tooManyTries: "Too many tries. Wait a minute, then try again.",
  badInput: "Enter an email address, such as name@example.org, and your password.",
  ownProblem: "Tidemark has a problem of its own right now. Try again in a moment.",
  noAnswer: "Tidemark does not answer. Check your connection and try again in a moment.",
  offline: "You are offline. The first time on this device needs a connection; after that Tidemark opens without one.",

  leftBehind: (email: string, count: number) =>
    pluralEn(count, {
      one: `One change of ${email} stays on this device until that account signs in here again.`,
      other: `# changes of ${email} stay on this device until that account signs in here again.`,
    }),
  demoSchool: "Demo school",
  demoAccounts: "Demo accounts",
  demoIntro: "Choose who you are; the form is filled in for you.",
  demoTutor: "hosts the lesson",
  demoStudent: "takes part in it",
  demoViewer: "reads along",
  demoOutsider: "is in no lesson",

  sessionEnded: (email: string) =>
    `You have been signed out. What you write stays on this device and is sent once you sign in again as ${email}.`,
  signInAgain: "Sign in again",

  promiseTitle: "Lessons that outlive the connection",
  promiseWrite: "Write, edit and read without a network.",
  promiseOrder: "Everything arrives once, and in order.",
  promiseSee: "See what still waits, and why.",
};
