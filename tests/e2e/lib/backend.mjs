// A back end of the table: built once, started and stopped as often as a case needs, at one port.
import { Started } from "./process.mjs";

export class Backend {
  /** The output of all its processes so far. */
  log = [];

  constructor(definition, context, env) {
    this.definition = definition;
    this.context = context;
    this.env = env;
    this.port = 0;
  }

  get name() {
    return this.definition.name;
  }

  async start() {
    const { program, args, cwd, env } = this.definition.command(this.port, this.context);
    const { ready } = this.definition;
    this.process = await Started.start(this.name, program, args, { cwd, env: { ...this.env, ...env }, ready });
    const line = this.process.firstLine;
    this.log.push([line], this.process.log);
    this.url = line.startsWith("{") ? JSON.parse(line).url : /https?:\/\/[^\s"]+/.exec(line)[0];
    this.port = Number(new URL(this.url).port);
    const healthy = await fetch(`${this.url}/healthz`);
    if (!healthy.ok) throw new Error(`${this.name} is not well: ${healthy.status} ${await healthy.text()}`);
  }

  /** How it ended, if it ended by itself. */
  get fell() {
    const { exitCode, signalCode } = this.process.child;
    return exitCode ?? signalCode ?? undefined;
  }

  /** Whether it ended as it should. */
  async stop() {
    return (this.definition.ends ?? [0]).includes(await this.process.stop());
  }
}
