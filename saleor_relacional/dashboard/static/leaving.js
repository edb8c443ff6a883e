// Whoever has typed something and goes elsewhere in the frame is asked first. (The dashboard's frame may open no dialog of
// the browser's, so the question stands on the page.) A form counts from the first thing that is typed into it until it is
// saved, whether its page is drawn anew meanwhile or not.
(() => {
  "use strict";
  const content = document.getElementById("content");
  const question = document.getElementById("leaving");
  const OURS = "form[hx-post][hx-target='#content']:not([data-choose])";
  const { fields, named } = Forms;
  const typed = new Map(); // which form → the field last typed into; the latest form last
  // Where they stand while they type: by "back" the browser is elsewhere before anybody can ask.
  let here = null;
  let leave = null;

  const mark = (field) => {
    if (!field.form?.matches(OURS)) return;
    typed.delete(named(field.form));
    typed.set(named(field.form), field);
    here = { href: location.href, state: history.state };
  };
  const ask = (then) => {
    leave = then;
    question.hidden = false;
    question.querySelector("[data-stay]").focus();
  };
  const close = () => ([leave, question.hidden] = [null, true]);

  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => mark(event.target));
  document.addEventListener("htmx:afterSwap", ({ detail: { requestConfig, target, xhr } }) => {
    const { verb, elt } = requestConfig || {};
    // A line more or less, drawn anew around what was typed.
    if (target !== content) return verb === "post" && elt?.matches("button") && mark(elt);
    if (verb !== "post") typed.clear();
    else if (xhr.status < 300 && elt.matches("form")) typed.delete(named(elt));
    const there = [...content.querySelectorAll(OURS)].map(named);
    for (const each of typed.keys()) if (!there.includes(each)) typed.delete(each);
    if (typed.size) here = { href: location.href, state: history.state };
    close();
  });

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-go]:not([data-part], [data-tab]), a[data-redirect]");
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
    const [name, field] = [...typed].at(-1) || [];
    const form = [...content.querySelectorAll(OURS)].find((each) => named(each) === name);
    if (!form) return;
    const there = field.form === form ? field : fields(form).find((each) => each.name === field.name) || fields(form)[0];
    const fold = form.closest("details");
    if (fold) fold.open = true;
    there?.focus();
  });
  question.querySelector("[data-leave]").addEventListener("click", () => {
    const then = leave;
    typed.clear();
    close();
    then?.();
  });
})();
