// The redirect URI: hands Entra ID's answer to the page that asked, by MSAL's bridge. It must not send a
// Cross-Origin-Opener-Policy, and holds nothing else, since the address has an authorization code in it.
import { broadcastResponseToMainFrame } from "@azure/msal-browser/redirect-bridge";

broadcastResponseToMainFrame().catch(() => {
  const status = document.getElementById("status");
  if (status) status.textContent = "There is no answer of a sign-in here. Close this window and sign in again.";
});
