// Back in a long list: as many of its pages as were shown, where one stood in it, the keyboard on what one had opened. All of
// it is held with the place in the history, as what was searched for is; none of it stands in an address.
(() => {
  "use strict";
  const content = document.getElementById("content");
  const MOST = 40; // pages that are shown again
  const PATIENCE = 5000;
  const LATER = 30000; // what a large shop works out after the page
  const hold = (more) => history.replaceState({ ...history.state, ...more }, "");
  const buttons = () => [...content.querySelectorAll(".more button")];

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-go]");
      if (link) hold({ scroll: scrollY, link: link.getAttribute("href") });
    },
    true,
  );

  const pressed = new Map();
  const ours = new WeakSet(); // buttons that nobody pressed but a restore
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    const at = buttons().indexOf(elt);
    if (at >= 0 && !ours.has(elt)) pressed.set(elt, at);
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
    const elt = requestConfig?.elt; // the event's own is where the button was
    if (successful && pressed.has(elt)) hold({ more: [...(history.state?.more || []), pressed.get(elt)] });
    pressed.delete(elt);
  });

  const until = (look, patience) =>
    new Promise((done) => {
      const end = () => {
        document.removeEventListener("htmx:afterSettle", seen);
        clearTimeout(late);
        done();
      };
      const seen = () => look() && end();
      const late = setTimeout(end, patience);
      document.addEventListener("htmx:afterSettle", seen);
      seen();
    });
  // The latest restore alone goes on, and only as long as the reader leaves the page alone.
  let latest = 0;
  const stop = () => (latest += 1);
  for (const kind of ["touchstart", "pointerdown", "keydown"]) addEventListener(kind, stop, { capture: true, passive: true });
  // Sideways it is what went back, and comes to rest.
  addEventListener("wheel", ({ deltaX, deltaY }) => Math.abs(deltaY) > Math.abs(deltaX) && stop(), { capture: true, passive: true });
  const restore = async ({ more = [], scroll = 0, link }) => {
    const mine = stop();
    const place = location.href;
    const over = () => mine !== latest || location.href !== place;
    const comes = () => content.querySelector("#found[hidden], [data-later]");
    await until(() => over() || !comes(), LATER);
    if (comes()) return; // it failed, or takes too long: the reader has begun to read
    for (const at of more.slice(0, MOST)) {
      await new Promise((done) => setTimeout(done, 50)); // what has just come is brought to life
      const button = buttons()[at];
      if (!button || over()) break;
      ours.add(button);
      button.click();
      await until(() => over() || !button.isConnected, PATIENCE);
    }
    if (over()) return;
    const links = [...content.querySelectorAll("a[data-go]")];
    const there = links.find((each) => each.getAttribute("href") === link) || content.querySelector("h1[tabindex]");
    there?.focus({ preventScroll: true });
    scrollTo(0, scroll);
  };
  document.addEventListener("desk:back", (event) => {
    stop();
    if (history.state?.scroll === undefined) return;
    event.preventDefault();
    restore(history.state);
  });
})();
