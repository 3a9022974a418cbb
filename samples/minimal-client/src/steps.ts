// The seven steps of the flow, and what the last run did in each.

export type StepId = "registration" | "admin" | "permissions" | "signin" | "code" | "exchange" | "use";
export type State = "waiting" | "running" | "done" | "failed";

export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** The parties that communicate, in order. */
  readonly between: readonly string[];
  readonly about: string;
  state: State;
  /** How long it took, in milliseconds. */
  ms?: number;
  /** Details as names and values, never a token. */
  facts: [string, string][];
  /** The claims of the tokens that this step obtained, by the token's name. */
  tokens: { name: string; claims: [string, string][] }[];
}

const DESIGN: [StepId, string, string[], string][] = [
  ["registration", "App registration", ["You", "Entra ID"], "The page and the back end are registered in Entra ID, each with its own client id."],
  ["admin", "Admin consent", ["Administrator", "Entra ID"], "An administrator, or each user, allows the page to act for the users of the organization."],
  ["permissions", "Permissions", ["Entra ID"], "Calls and chats of Teams users at Azure Communication Services, and the back end's own API."],
  ["signin", "Sign-in and consent", ["User", "Entra ID"], "The user signs in at Entra ID, and consents where nobody has yet."],
  ["code", "Authorization code", ["Entra ID", "This page"], "The code that comes back, with its PKCE verifier, becomes one token for each of the two resources."],
  ["exchange", "Exchange", ["This page", "Back end", "Azure Communication Services"], "The back end verifies the caller, signs the request, and gets the Teams user's access token."],
  ["use", "Use", ["This page", "Azure Communication Services"], "The calling and chat clients take the token as a credential, which renews itself in time."],
];

export class Steps {
  readonly all: Step[] = DESIGN.map(([id, title, between, about]) => ({ id, title, between, about, state: "waiting", facts: [], tokens: [] }));
  private readonly started = new Map<StepId, number>();

  constructor(private readonly changed: () => void) {}

  get(id: StepId): Step {
    const step = this.all.find((each) => each.id === id);
    if (!step) throw new RangeError(id);
    return step;
  }

  start(id: StepId): void {
    const step = this.get(id);
    delete step.ms;
    Object.assign(step, { state: "running", facts: [], tokens: [] });
    this.started.set(id, performance.now());
    this.changed();
  }

  /** Adds a detail to a step. */
  note(id: StepId, name: string, value: string): void {
    const facts = this.get(id).facts;
    const known = facts.find((fact) => fact[0] === name);
    if (known) known[1] = value;
    else facts.push([name, value]);
    this.changed();
  }

  token(id: StepId, name: string, claims: [string, string][]): void {
    const tokens = this.get(id).tokens;
    const known = tokens.find((token) => token.name === name);
    if (known) known.claims = claims;
    else tokens.push({ name, claims });
    this.changed();
  }

  end(id: StepId, state: "done" | "failed"): void {
    const step = this.get(id);
    step.state = state;
    const since = this.started.get(id);
    if (since !== undefined) step.ms = performance.now() - since;
    this.started.delete(id);
    this.changed();
  }

  /** Marks the running steps as failed. */
  fail(): void {
    for (const step of this.all) if (step.state === "running") this.end(step.id, "failed");
  }

  clear(...ids: StepId[]): void {
    for (const id of ids) {
      const step = this.get(id);
      delete step.ms;
      Object.assign(step, { state: "waiting", facts: [], tokens: [] });
    }
    this.changed();
  }
}
