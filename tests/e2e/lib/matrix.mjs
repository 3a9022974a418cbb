// The results as a table, with a row per case and a column per back end, and the page's own cases, which run with one back end only.

export class Matrix {
  results = new Map();

  constructor(backends, cases, pageCases, wanted) {
    Object.assign(this, { backends, cases, pageCases, wanted });
  }

  begin(backend, { name }) {
    this.results.set(`${backend.name} ${name}`, "FAILED");
  }

  passed(backend, { name }) {
    this.results.set(`${backend.name} ${name}`, "ok");
  }

  print() {
    const width = Math.max(...[...this.cases, ...this.pageCases].map(({ name }) => name.length));
    const names = this.backends.map(({ name }) => name);
    const row = (title, cells) => console.log([title.padEnd(width), ...cells.map((cell) => cell.padStart(7))].join(" "));
    row("", names);
    const result = (backend, each) => (this.wanted(backend, each) ? (this.results.get(`${backend.name} ${each.name}`) ?? "NOT RUN") : "–");
    for (const each of this.cases) row(each.name, this.backends.map((backend) => result(backend, each)));
    row("the page:", []);
    for (const { name } of this.pageCases) row(name, [this.results.get(`${names[0]} ${name}`) ?? "NOT RUN"]);
    const passed = [...this.results.values()].filter((each) => each === "ok").length;
    const pairs = this.cases.map((each) => this.backends.filter((backend) => this.wanted(backend, each)).length).reduce((sum, each) => sum + each, 0);
    const all = pairs + this.pageCases.length;
    const left = names.length * this.cases.length - pairs;
    const leftOut = left > 0 ? ` (${left} left out)` : "";
    console.log(
      `matrix: ${names.length} back ends × ${this.cases.length} cases${leftOut} + ${this.pageCases.length} of the page: ${passed} of ${all} passed`,
    );
  }
}
