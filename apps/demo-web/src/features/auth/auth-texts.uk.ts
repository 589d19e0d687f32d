import { pluralUk } from "../../i18n/plurals.ts";
import type { authTexts as english } from "./auth-texts.en.ts";

export const authTexts: typeof english = {
  signIn: "Увійти",
  signingIn: "Входимо",
  signInTitle: "Увійдіть до своїх уроків",
  signInIntro: "На цьому пристрої вони відкриються й без мережі.",
  email: "Електронна пошта",
  password: "Пароль",
  name: "Ім’я",
  nameHint: "Так вас бачитимуть інші на уроках.",
  passwordHint: (least) =>
    pluralUk(least, {
      one: "Щонайменше # символ.",
      few: "Щонайменше # символи.",
      many: "Щонайменше # символів.",
    }),
  register: "Створити обліковий запис",
  registerTitle: "Створіть обліковий запис",
  registerIntro: "І для вчителів, і для учнів. Підтверджувати пошту не треба.",
  registerTab: "Новий запис",
  whichForm: "Увійти чи створити обліковий запис",

  enterEmail: "Введіть адресу електронної пошти.",
  enterFullEmail: "Введіть повну адресу, наприклад name@example.org.",
  enterPassword: "Введіть пароль.",
  enterName: "Введіть своє ім’я.",
  passwordTooShort: (missing) =>
    pluralUk(missing, {
      one: "Ще # символ, будь ласка.",
      few: "Ще # символи, будь ласка.",
      many: "Ще # символів, будь ласка.",
    }),

  wrongPassword: "Адреса й пароль не збігаються. Перевірте їх і спробуйте ще раз.",
  addressTaken: "Обліковий запис із цією адресою вже є. Увійдіть у нього.",
  tooManyTries: "Забагато спроб. Зачекайте хвилину й спробуйте ще раз.",
  badInput: "Введіть адресу, наприклад name@example.org, і пароль.",
  ownProblem: "У Tidemark зараз власна несправність. Спробуйте за мить.",
  noAnswer: "Tidemark не відповідає. Перевірте з’єднання і спробуйте за мить.",
  offline: "Ви не в мережі. Перший вхід на цьому пристрої потребує з’єднання; далі Tidemark відкриється й без нього.",

  leftBehind: (email, count) =>
    pluralUk(count, {
      one: `# зміна ${email} чекає на цьому пристрої, доки цей користувач увійде тут знову.`,
      few: `# зміни ${email} чекають на цьому пристрої, доки цей користувач увійде тут знову.`,
      many: `# змін ${email} чекають на цьому пристрої, доки цей користувач увійде тут знову.`,
    }),
  demoSchool: "Демонстраційна школа",
  demoAccounts: "Демонстраційні записи",
  demoIntro: "Оберіть, ким ви будете; форма заповниться сама.",
  demoTutor: "проводить урок",
  demoStudent: "бере участь",
  demoViewer: "лише читає",
  demoOutsider: "без уроків",

  sessionEnded: (email) =>
    `Ваш сеанс завершено. Написане залишається на цьому пристрої й буде надіслане, щойно ви знову ввійдете як ${email}.`,
  signInAgain: "Увійти знову",

  promiseTitle: "Уроки, сильніші за зв’язок",
  promiseWrite: "Пишіть, змінюйте й читайте без мережі.",
  promiseOrder: "Усе надходить один раз і по порядку.",
  promiseSee: "Видно, що ще чекає і чому.",
};
