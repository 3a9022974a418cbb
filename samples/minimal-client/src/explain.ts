// Explains errors to users: what happened, what it means, what to do.
import { AuthError, InteractionRequiredAuthError } from "@azure/msal-browser";
import { ExchangeError } from "./backend";
import { ConfigError } from "./config";
import texts from "./explanations.json";

type Code = keyof typeof texts;

export interface Trouble {
  readonly code: Code;
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
  /** Details to pass on to support. */
  readonly facts: readonly [string, string][];
  readonly retryAfter?: number;
}

function trouble(code: Code, facts: readonly [string, string][] = [], retryAfter?: number): Trouble {
  return { code, ...texts[code], facts, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** The first sentence of Entra ID's message, with its AADSTS number; the rest are ids and times. */
function entraReason(error: AuthError): string {
  return (/AADSTS\d+:[^\n]*?(?=\s+(?:Trace ID|Correlation ID)|\n|$)/.exec(error.errorMessage)?.[0] ?? error.errorMessage).slice(0, 300);
}

function ofAuth(error: AuthError): Trouble {
  const facts: [string, string][] = [["code", error.errorCode]];
  if (error.errorMessage) facts.push(["reason", entraReason(error)]);
  switch (error.errorCode) {
    case "access_denied":
    case "consent_required":
      return trouble("access_denied", facts);
    case "user_cancelled":
    case "timed_out":
      return trouble("user_cancelled");
    case "popup_window_error":
    case "empty_window_error":
      return trouble("popup_blocked");
    case "endpoints_resolution_error":
    case "openid_config_error":
    case "network_error":
    case "post_request_failed":
    case "no_network_connectivity":
      return trouble("authority", facts);
    default:
      return trouble(error instanceof InteractionRequiredAuthError ? "interaction_required" : "sign_in", facts);
  }
}

export function explain(error: unknown): Trouble {
  if (error instanceof ExchangeError) {
    return trouble(error.code in texts ? (error.code as Code) : "unexpected", error.facts, error.retryAfter);
  }
  if (error instanceof AuthError) return ofAuth(error);
  if (error instanceof ConfigError) return trouble("config", [["reason", error.message]]);
  return trouble("unexpected", [["reason", error instanceof Error ? error.name : "unknown"]]);
}
