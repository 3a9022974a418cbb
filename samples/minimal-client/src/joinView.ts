// Joins a meeting: passes the credential to the Calling SDK, which is loaded only when the user joins.
import type { CommunicationTokenCredential } from "@azure/communication-common";
import { el } from "./dom";

type Agent = { join(locator: { meetingLink: string }): unknown; dispose(): Promise<void> };

let agent: Agent | undefined;

/** Wraps the credential for the SDK; `asked` is whether the SDK has requested a token. */
function handed(credential: CommunicationTokenCredential): CommunicationTokenCredential & { asked: boolean } {
  return {
    asked: false,
    getToken(options) {
      this.asked = true;
      return credential.getToken(options);
    },
    // The flow owns the credential, which must outlive the call.
    dispose: () => undefined,
  };
}

async function join(credential: CommunicationTokenCredential, meetingLink: string): Promise<void> {
  const { CallClient } = await import("@azure/communication-calling");
  await agent?.dispose();
  const created = await new CallClient().createTeamsCallAgent(credential);
  agent = created as unknown as Agent;
  agent.join({ meetingLink });
}

export async function leave(): Promise<void> {
  const left = agent;
  agent = undefined;
  await left?.dispose().catch(() => undefined);
}

function isMeeting(link: string): boolean {
  return URL.canParse(link) && /(^|\.)teams\.(microsoft|live)\.com$/.test(new URL(link).hostname);
}

export function drawJoin(credential: () => CommunicationTokenCredential | undefined, emulated: boolean): HTMLElement[] {
  const said = el("p", { id: "join-said", role: "status" });
  const say = (text: string, state: string): void => {
    said.textContent = text;
    said.dataset["state"] = state;
  };
  const link = el("input", {
    id: "meeting",
    name: "meeting",
    type: "url",
    required: true,
    autocomplete: "off",
    placeholder: "https://teams.microsoft.com/l/meetup-join/…",
    "aria-describedby": "join-said",
  }) as HTMLInputElement;
  const go = el("button", { class: "primary" }, "Join as a Teams user") as HTMLButtonElement;

  async function submit(): Promise<void> {
    const held = credential();
    if (!held) return say("Sign in first: there is no token to join with.", "failed");
    if (!isMeeting(link.value)) {
      link.setAttribute("aria-invalid", "true");
      link.focus();
      return say("That is no link to a Teams meeting: it begins with https://teams.microsoft.com.", "failed");
    }
    link.removeAttribute("aria-invalid");
    go.disabled = true;
    say("Loading the Calling SDK…", "running");
    const credentials = handed(held);
    try {
      await join(credentials, link.value);
      say("Joining: the meeting may ask its organizer to let you in.", "done");
    } catch {
      const why = emulated && credentials.asked
        ? "The Calling SDK took the credential, but an emulated user can join no real meeting. With a real tenant in config.json it goes on from here."
        : "The Calling SDK could not join. Look whether this network lets it reach Microsoft Teams, and whether the meeting is over.";
      say(why, "failed");
    } finally {
      go.disabled = false;
    }
  }

  const first = el("p", { id: "join-first", class: "note" }, "You are not signed in: ", el("a", { href: "#/" }, "sign in"), " first, and come back.");

  return [
    el("h1", { id: "join-title" }, "Join a Teams meeting"),
    el("p", { class: "lead" }, "The Calling SDK of Azure Communication Services gets the credential, and renews its token by it during the call. It is loaded when you join, not before."),
    first,
    el(
      "form",
      {
        class: "card",
        novalidate: true,
        submit: (event) => {
          event.preventDefault();
          void submit();
        },
      },
      el("label", { for: "meeting" }, "Link to the meeting"),
      link,
      el("div", { class: "buttons" }, go),
      said,
    ),
  ];
}
