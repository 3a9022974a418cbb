// The card on top: what to do next, what is running, the result, or what went wrong.
import { clock, el, facts } from "./dom";
import type { Trouble } from "./explain";
import type { Way } from "./auth";

export type Now =
  | { is: "starting" }
  | { is: "out" }
  | { is: "busy"; what: string; cancel?: boolean }
  | { is: "ready" }
  | { is: "trouble"; trouble: Trouble; signedIn: boolean };

export interface Actions {
  signIn(way: Way): void;
  run(): void;
  renew(): void;
  ask(): void;
  cancel(): void;
}

interface Ready {
  expiresAt: number;
}

/** Errors that depend on the account: trying again with the same one changes nothing. */
const OF_ACCOUNT: readonly string[] = ["forbidden", "user_mismatch", "teams_licence_missing", "consent_required"];

const button = (label: string, kind: string, click: () => void): HTMLElement =>
  el("button", { type: "button", class: kind, click: () => click() }, label);

function out(actions: Actions, emulator: string | undefined): HTMLElement {
  return el(
    "div",
    { class: "card hero" },
    el("h1", {}, "Call and chat as a Teams user"),
    el("p", { class: "lead" }, "Sign in with your work account. Your back end then exchanges the sign-in for an access token of Azure Communication Services, and you watch each step."),
    el(
      "div",
      { class: "buttons" },
      button("Sign in", "primary", () => actions.signIn("popup")),
      button("Sign in on this page", "plain", () => actions.signIn("redirect")),
    ),
    emulator !== undefined &&
      el(
        "p",
        { class: "hint" },
        "Signing in is emulated on this computer. If its window says that the connection is not private, open ",
        el("a", { href: emulator, target: "_blank", rel: "noreferrer" }, "the emulator's page"),
        " once and accept its certificate.",
      ),
  );
}

/** Shows progress. The page isn't notified when a popup is closed, so the user needs a button to cancel. */
function busy(what: string, cancel?: () => void): HTMLElement {
  return el(
    "div",
    { class: "card hero", "aria-busy": "true" },
    el("h1", {}, what),
    el("div", { class: "progress", role: "progressbar", "aria-label": what }, el("span")),
    cancel !== undefined && el("p", { class: "lead after" }, "Answer in the window that has opened. If you have closed it, cancel and start again."),
    cancel !== undefined && el("div", { class: "buttons" }, button("Cancel", "plain", cancel)),
  );
}

function ready(actions: Actions, { expiresAt }: Ready): HTMLElement {
  return el(
    "div",
    { class: "card hero good" },
    el("h1", {}, "The Teams user's token is here"),
    el(
      "p",
      { class: "lead" },
      "It ends in ",
      el("strong", { "data-countdown": String(expiresAt) }, clock(expiresAt - Date.now())),
      " and renews itself ten minutes before.",
    ),
    el(
      "div",
      { class: "buttons" },
      el("a", { class: "primary", href: "#/join" }, "Join a Teams meeting"),
      button("Renew now", "plain", () => actions.renew()),
      button("Exchange again", "plain", () => actions.run()),
    ),
  );
}

function wrong(
  actions: Actions,
  { trouble, signedIn }: { trouble: Trouble; signedIn: boolean },
  { retryAt, expiresAt }: { retryAt: number; expiresAt: number },
): HTMLElement {
  const asked = trouble.code === "interaction_required";
  const again =
    asked
      ? button("Continue", "primary", () => actions.ask())
      : signedIn
        ? button("Try again", "primary", () => actions.run())
        : button("Sign in", "primary", () => actions.signIn("popup"));
  return el(
    "div",
    { class: asked ? "card hero" : "card hero bad", role: "alert", "data-code": trouble.code },
    el("h1", {}, trouble.title),
    el("p", { class: "lead" }, trouble.meaning),
    el("p", { class: "todo" }, el("strong", {}, "What to do: "), trouble.action),
    retryAt > 0 && el("p", {}, "The next try is in ", el("strong", { "data-countdown": String(retryAt) }, clock(retryAt - Date.now())), "."),
    expiresAt > 0 && el("p", {}, "The present token lasts another ", el("strong", { "data-countdown": String(expiresAt) }, clock(expiresAt - Date.now())), "."),
    trouble.code !== "config" &&
      el(
        "div",
        { class: "buttons" },
        again,
        !signedIn && button("Sign in on this page", "plain", () => actions.signIn("redirect")),
        signedIn && OF_ACCOUNT.includes(trouble.code) && button("Use another account", "plain", () => actions.signIn("popup")),
      ),
    trouble.facts.length > 0 && facts(trouble.facts, "Details for support"),
  );
}

export function drawNow(now: Now, actions: Actions, more: { emulator?: string; expiresAt: number; retryAt: number }): HTMLElement {
  switch (now.is) {
    case "starting":
      return busy("Looking for your session…");
    case "out":
      return out(actions, more.emulator);
    case "busy":
      return busy(now.what, now.cancel ? () => actions.cancel() : undefined);
    case "ready":
      return ready(actions, more);
    case "trouble":
      return wrong(actions, now, more);
  }
}

/** What a screen reader announces. */
export function announce(now: Now): string {
  switch (now.is) {
    case "starting":
      return "";
    case "out":
      return "Signed out.";
    case "busy":
      return now.what;
    case "ready":
      return "The Teams user's token is here.";
    case "trouble":
      return "";
  }
}
