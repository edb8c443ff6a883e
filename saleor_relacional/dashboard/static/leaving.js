// Whoever has typed something and goes elsewhere in the frame is asked first. (The dashboard's frame may open no dialog of
// the browser's, so the question stands on the page.) A form counts from the first thing that is typed into it until it is
// saved, whether its page is drawn anew meanwhile or not.
(() => {
  "use strict";
  const content = document.getElementById("content");
  const question = document.getElementById("leaving");
  const OURS = "form[hx-post][hx-target='#content']:not([data-choose])";
  const key = (form) => form.id || form.getAttribute("hx-post");
  const typed = new Set();
  // Where they stand while they type: by "back" the browser is elsewhere before anybody can ask.
  let here = null;
  let leave = null;

  const mark = (form) => {
    if (!form?.matches(OURS)) return;
    typed.add(key(form));
    here = { href: location.href, state: history.state };
  };
  const ask = (then) => {
    leave = then;
    question.hidden = false;
    question.querySelector("[data-stay]").focus();
  };
  const close = () => ([leave, question.hidden] = [null, true]);

  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => mark(event.target.form));
  document.addEventListener("htmx:afterSwap", ({ detail: { requestConfig, target, xhr } }) => {
    const { verb, elt } = requestConfig || {};
    // A line more or less, drawn anew around what was typed.
    if (target !== content) return verb === "post" && elt?.matches("button") && mark(elt.form);
    if (verb !== "post") typed.clear();
    else if (xhr.status < 300 && elt.matches("form")) typed.delete(key(elt));
    const there = [...content.querySelectorAll(OURS)].map(key);
    for (const each of typed) if (!there.includes(each)) typed.delete(each);
    if (typed.size) here = { href: location.href, state: history.state };
    close();
  });

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-go]:not([data-part]), a[data-redirect]");
      if (!link || !typed.size || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      if (link.hasAttribute("data-discard")) return typed.clear();
      event.preventDefault();
      event.stopPropagation();
      ask(() => link.click());
    },
    true,
  );
  addEventListener(
    "popstate",
    (event) => {
      if (!typed.size) return;
      event.stopImmediatePropagation();
      history.pushState(here.state, "", here.href);
      ask(() => history.back());
    },
    true,
  );
  addEventListener("beforeunload", (event) => typed.size && event.preventDefault());

  question.querySelector("[data-stay]").addEventListener("click", () => {
    close();
    content.querySelector(OURS)?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
  question.querySelector("[data-leave]").addEventListener("click", () => {
    const then = leave;
    typed.clear();
    close();
    then?.();
  });
})();
