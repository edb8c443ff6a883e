// Back in a long list: as many of its pages as were shown, where one stood in it, the keyboard on what one had opened. All of
// it is held with the place in the history, as what was searched for is; none of it stands in an address.
(() => {
  "use strict";
  const content = document.getElementById("content");
  const MOST = 40; // pages that are shown again
  const hold = (more) => history.replaceState({ ...history.state, ...more }, "");
  const buttons = () => [...content.querySelectorAll(".more button")];
  let again = false;

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-go]");
      if (link) hold({ scroll: scrollY, link: link.getAttribute("href") });
    },
    true,
  );

  const pressed = new Map();
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    const at = buttons().indexOf(elt);
    if (at >= 0 && !again) pressed.set(elt, at);
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
    const elt = requestConfig?.elt; // the event's own is where the button was
    if (successful && pressed.has(elt)) hold({ more: [...(history.state?.more || []), pressed.get(elt)] });
    pressed.delete(elt);
  });

  const until = (look) =>
    new Promise((done) => {
      const seen = () => {
        if (!look()) return;
        document.removeEventListener("htmx:afterSettle", seen);
        done();
      };
      document.addEventListener("htmx:afterSettle", seen);
      setTimeout(done, 5000);
      seen();
    });
  const restore = async ({ more = [], scroll = 0, link }) => {
    const place = location.href;
    await until(() => !content.querySelector("#found[hidden]"));
    again = true;
    for (const at of more.slice(0, MOST)) {
      await new Promise((done) => setTimeout(done, 50)); // what has just come is brought to life
      const button = buttons()[at];
      if (!button || location.href !== place) break;
      button.click();
      await until(() => !button.isConnected);
    }
    again = false;
    if (location.href !== place) return;
    const links = [...content.querySelectorAll("a[data-go]")];
    const there = links.find((each) => each.getAttribute("href") === link) || content.querySelector("h1[tabindex]");
    there?.focus({ preventScroll: true });
    scrollTo(0, scroll);
  };
  document.addEventListener("desk:back", (event) => {
    if (history.state?.scroll === undefined) return;
    event.preventDefault();
    restore(history.state);
  });
})();
