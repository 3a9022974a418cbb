// The redirect URI: passes Entra ID's response to the page that requested it, by MSAL's bridge. It must not
// be served with a Cross-Origin-Opener-Policy. It contains nothing else, since its address has an
// authorization code.
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";
import { byId, el } from "./dom";

broadcastResponseToMainFrame().catch(() => {
  document.title = "No sign-in here";
  byId("status").replaceChildren(
    el("h1", {}, "There is no answer of a sign-in here"),
    el("p", { class: "lead" }, "Close this window, or ", el("a", { href: "/" }, "go to the page"), " and sign in again."),
  );
});
