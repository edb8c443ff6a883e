// Where one of several forms is saved and the page is shown anew, what was typed into the others stays in them. A field
// that somebody else has changed meanwhile keeps what was typed too, but then its form says which version it was typed
// over, so that the shop can say so instead of overwriting it.
(() => {
  "use strict";
  const SEEN = ["version", "seen", "basis"]; // what a form calls that on which it rests
  const hidden = (form) => [...form.elements].filter((each) => each.type === "hidden" && each.name);
  const named = (form) => {
    const fixed = hidden(form).filter((each) => !SEEN.includes(each.name));
    return [form.getAttribute("hx-post"), ...fixed.map((each) => `${each.name}=${each.value}`)].join(" ");
  };
  const fields = (form) => [...form.elements].filter((each) => each.name && each.type !== "hidden");
  const chosen = (field) =>
    field.options ? [...field.options].map((each) => each.selected).join() : field.type === "checkbox" || field.type === "radio" ? field.checked : field.value;
  const first = (field) =>
    field.options ? [...field.options].map((each) => each.defaultSelected).join() : field.type === "checkbox" || field.type === "radio" ? field.defaultChecked : field.defaultValue;
  // A choice without a selected option begins with its first one.
  const begun = (field) => {
    if (field.tagName !== "SELECT" || field.multiple || [...field.options].some((each) => each.defaultSelected)) return first(field);
    return [...field.options].map((_each, at) => at === 0).join();
  };
  const put = (field, value) => {
    if (field.options) value.split(",").forEach((each, at) => field.options[at] && (field.options[at].selected = each === "true"));
    else if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else field.value = value;
  };

  let kept = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    kept = [];
    if (detail.requestConfig?.verb !== "post" || !detail.target) return;
    const sent = detail.requestConfig.elt?.closest("form");
    for (const form of detail.target.querySelectorAll("form[hx-post]")) {
      // Whom somebody chose in a list that is shown anew is not who stands in the same place.
      if (form === sent || form.hasAttribute("data-choose")) continue;
      const typed = fields(form).map((each, at) => ({ at, name: each.name, value: chosen(each), was: begun(each) }));
      const changed = typed.filter((each) => each.value !== each.was);
      if (changed.length) kept.push({ key: named(form), changed, seen: hidden(form).filter((each) => SEEN.includes(each.name)) });
    }
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const before = kept;
    kept = [];
    for (const { key, changed, seen } of before) {
      const form = [...(detail.target?.querySelectorAll("form[hx-post]") || [])].find((each) => named(each) === key);
      if (!form) continue;
      let overtaken = false;
      for (const { at, name, value, was } of changed) {
        const field = fields(form)[at];
        if (field?.name !== name) continue;
        overtaken ||= begun(field) !== was;
        put(field, value);
      }
      if (overtaken) for (const each of seen) if (form.elements[each.name]) form.elements[each.name].value = each.value;
      const fold = form.closest("details");
      if (fold) fold.open = true;
    }
  });
})();
