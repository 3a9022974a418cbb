// The redirect URI: hands Entra ID's answer to the page that asked, by MSAL's bridge. It must not send a
// Cross-Origin-Opener-Policy, and holds nothing else, since the address has an authorization code in it.
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";
import { byId, el } from "./dom";

broadcastResponseToMainFrame().catch(() => {
  document.title = "No sign-in here";
  byId("status").replaceChildren(
    el("h1", {}, "There is no answer of a sign-in here"),
    el("p", { class: "lead" }, "Close this window, or ", el("a", { href: "/" }, "go to the page"), " and sign in again."),
  );
});
