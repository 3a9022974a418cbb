// Draws the flow: each step as it happens, with its time and details.
import { duration, el, facts } from "./dom";
import type { Step } from "./steps";

const WORDS = { waiting: "waiting", running: "under way", done: "done", failed: "failed" } as const;

function time(step: Step): string {
  if (step.state === "running") return "…";
  return step.ms === undefined ? "" : duration(step.ms);
}

/** The details that the user has opened; redrawing must not close them. */
const opened = new Set<string>();

function claims(step: Step, token: Step["tokens"][number]): HTMLElement {
  const key = `${step.id} ${token.name}`;
  const details = el(
    "details",
    { open: opened.has(key), toggle: () => (details as HTMLDetailsElement).open ? opened.add(key) : opened.delete(key) },
    el("summary", {}, `${token.name}: claims of the token`),
    facts(token.claims, `Claims, ${token.name}`),
  );
  return details;
}

function draw(step: Step, number: number): HTMLElement {
  return el(
    "li",
    { class: `step ${step.state}`, "data-step": step.id, "data-state": step.state },
    el("span", { class: "mark", "aria-hidden": "true" }, step.state === "done" ? "✓" : step.state === "failed" ? "!" : String(number)),
    el(
      "div",
      { class: "body" },
      el(
        "h3",
        {},
        step.title,
        el("span", { class: "sr" }, ` (${WORDS[step.state]})`),
        el("span", { class: "time" }, time(step)),
      ),
      el("p", { class: "between" }, ...step.between.flatMap((who, at) => (at === 0 ? [el("span", {}, who)] : [" → ", el("span", {}, who)]))),
      el("p", {}, step.about),
      step.facts.length > 0 && facts(step.facts, step.title),
      ...step.tokens.map((token) => claims(step, token)),
    ),
  );
}

/** Redraws only the steps that have changed, so that the focus is not lost. */
export class StepList {
  private readonly drawn: string[] = [];

  constructor(private readonly list: HTMLElement) {}

  show(steps: readonly Step[]): void {
    steps.forEach((step, at) => {
      const now = JSON.stringify(step);
      if (this.drawn[at] === now) return;
      this.drawn[at] = now;
      const element = draw(step, at + 1);
      const before = this.list.children[at];
      if (before) before.replaceWith(element);
      else this.list.append(element);
    });
  }
}
