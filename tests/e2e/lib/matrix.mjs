// What passed, as a table: a row a case, a column a back end; and the cases of the page, which need one back end only.

export class Matrix {
  results = new Map();

  constructor(backends, cases, pageCases) {
    this.backends = backends;
    this.cases = cases;
    this.pageCases = pageCases;
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
    for (const { name } of this.cases) row(name, names.map((backend) => this.results.get(`${backend} ${name}`) ?? "NOT RUN"));
    row("the page:", []);
    for (const { name } of this.pageCases) row(name, [this.results.get(`${names[0]} ${name}`) ?? "NOT RUN"]);
    const passed = [...this.results.values()].filter((each) => each === "ok").length;
    const all = names.length * this.cases.length + this.pageCases.length;
    console.log(`matrix: ${names.length} back ends × ${this.cases.length} cases + ${this.pageCases.length} of the page: ${passed} of ${all} passed`);
  }
}
