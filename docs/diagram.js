// Draws Mermaid's sources as diagrams, in the colours of the theme. Without scripts they stay text.
(() => {
  const sources = [...document.querySelectorAll("code.language-mermaid")].map((code) => ({ code, text: code.textContent }));
  if (sources.length === 0) return;
  // Narrow enough for the page, so that the diagram isn't scaled down.
  const SEQUENCE = { wrap: true, width: 120, actorMargin: 34, messageFontSize: 15, noteFontSize: 15, actorFontSize: 15 };
  const dark = () => ["ayu", "coal", "navy"].some((theme) => document.documentElement.classList.contains(theme));

  async function draw() {
    mermaid.initialize({ startOnLoad: false, theme: dark() ? "dark" : "default", securityLevel: "strict", sequence: SEQUENCE });
    for (const [at, { code, text }] of sources.entries()) {
      const { svg } = await mermaid.render(`diagram-${at}`, text);
      const figure = document.createElement("figure");
      figure.className = "diagram";
      figure.innerHTML = svg;
      const before = document.querySelector(`figure[data-at="${at}"]`) ?? code.closest("pre");
      figure.dataset.at = String(at);
      before.replaceWith(figure);
    }
  }

  const script = document.createElement("script");
  // mdbook sets path_to_root, the relative path to the site's root.
  script.src = `${path_to_root}mermaid.min.js`;
  script.addEventListener("load", () => {
    let drawn = dark();
    draw();
    new MutationObserver(() => {
      if (dark() === drawn) return;
      drawn = dark();
      draw();
    }).observe(document.documentElement, { attributeFilter: ["class"] });
  });
  document.head.append(script);
})();
