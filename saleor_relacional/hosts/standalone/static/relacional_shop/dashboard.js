// Imitates what the Saleor Dashboard does with the frames of an extension: handshake with a token, theme, language,
// height, redirects. It has no data of its own but a list of customers, read from the API.
(() => {
  "use strict";
  const get = (id) => document.getElementById(id);
  const frames = [get("page"), get("widget")];
  const state = { token: sessionStorage.getItem("token") || "", theme: "light", locale: "en" };

  const given = new URLSearchParams(location.hash.slice(1));
  if (given.get("token")) {
    state.token = given.get("token");
    sessionStorage.setItem("token", state.token);
    if (given.get("theme") === "dark") state.theme = "dark";
    if (given.get("locale") === "es") state.locale = "es";
    history.replaceState(null, "", `#${given.get("at") || "/dashboard/home"}`);
  }

  const tell = (frame, type, payload) => frame.contentWindow.postMessage({ type, payload }, location.origin);
  const greet = (frame) => {
    tell(frame, "handshake", { token: state.token, version: 1, saleorVersion: "", dashboardVersion: "" });
    tell(frame, "theme", { theme: state.theme });
    tell(frame, "localeChanged", { locale: state.locale });
  };
  const open = (frame, path) => {
    const address = `${path}${path.includes("?") ? "&" : "?"}theme=${state.theme}`;
    if (frame.getAttribute("src") !== address) frame.setAttribute("src", address);
  };

  addEventListener("message", (event) => {
    const frame = frames.find((each) => each.contentWindow === event.source);
    if (!frame || event.origin !== location.origin) return;
    const { type, payload } = event.data || {};
    if (type === "notifyReady") greet(frame);
    if (type === "widgetResize") frame.style.height = `${payload.height}px`;
    if (type === "redirect") payload.newContext ? window.open(`#${payload.to}`) : (location.hash = payload.to);
    if (type === "updateRouting") history.pushState(null, "", `#/dashboard/${payload.newRoute}`);
    if (type === "notification") notify(payload.text);
    if (payload && payload.actionId) tell(frame, "response", { actionId: payload.actionId, ok: true });
  });

  const notify = (text) => {
    get("notice").textContent = text;
    get("notice").hidden = false;
    setTimeout(() => (get("notice").hidden = true), 4000);
  };

  const STAGES = {
    es: {
      prospect: "aún no compra", new: "nuevo", active: "activo", loyal: "fiel", slipping: "se aleja", lapsed: "se alejó",
      lost: "perdido", recovered: "recuperado",
    },
  };
  const THEMES = { en: { light: "Dark", dark: "Light" }, es: { light: "Oscuro", dark: "Claro" } };
  // The imitation's own few words; our pages inside it speak for themselves.
  const speak = () => {
    document.documentElement.lang = state.locale;
    for (const each of document.querySelectorAll("[data-es]")) {
      each.dataset.en ??= each.textContent;
      each.textContent = each.dataset[state.locale];
    }
    get("theme").textContent = THEMES[state.locale][state.theme];
    get("language").textContent = state.locale === "en" ? "Español" : "English";
    get("search").placeholder = state.locale === "en" ? "E-mail begins with…" : "El correo empieza por…";
    get("search").setAttribute("aria-label", get("search").placeholder);
  };

  const LIST = `query ($search: String) { relationshipProfiles(filter: { search: $search }, first: 50) {
    edges { node { id email stage user { id } } } } }`;
  const list = async () => {
    const answer = await fetch("/graphql/", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${state.token}` },
      body: JSON.stringify({ query: LIST, variables: { search: get("search").value } }),
    });
    const found = (await answer.json()).data?.relationshipProfiles?.edges || [];
    get("found").replaceChildren(...found.map(({ node }) => row(node)));
  };
  const row = (node) => {
    const item = document.createElement("li");
    const name = document.createElement(node.user ? "a" : "span");
    name.textContent = node.email || "–";
    if (node.user) name.href = `#/customers/${encodeURIComponent(node.user.id)}`;
    const stage = document.createElement("span");
    stage.className = "muted";
    const word = node.stage.toLowerCase();
    stage.textContent = STAGES[state.locale]?.[word] || word;
    item.append(name, stage);
    return item;
  };

  const go = () => {
    const hash = location.hash.slice(1);
    const [, place, id] = hash.split("/");
    const ours = !place || place === "dashboard";
    const shown = !state.token ? "sign-in" : ours ? "page" : id ? "customer" : "customers";
    for (const each of ["sign-in", "customers", "customer", "page"]) get(each).hidden = each !== shown;
    for (const link of document.querySelectorAll("nav a"))
      link.toggleAttribute("aria-current", hash.startsWith(link.hash.slice(1)));
    if (shown === "page") open(get("page"), ours && place ? hash : "/dashboard/home");
    if (shown === "customers") list();
    if (shown === "customer") {
      const customer = decodeURIComponent(id);
      get("name").textContent = state.locale === "en" ? "Customer" : "Cliente";
      get("widget").style.height = "200px";
      open(get("widget"), `/dashboard/card/?customerId=${encodeURIComponent(customer)}`);
    }
  };

  get("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    state.token = get("token").value.trim();
    sessionStorage.setItem("token", state.token);
    go();
  });
  get("search").addEventListener("input", list);
  get("theme").addEventListener("click", () => {
    state.theme = state.theme === "light" ? "dark" : "light";
    document.documentElement.dataset.theme = state.theme;
    speak();
    for (const frame of frames) if (frame.src) tell(frame, "theme", { theme: state.theme });
  });
  get("language").addEventListener("click", () => {
    state.locale = state.locale === "en" ? "es" : "en";
    speak();
    go();
    for (const frame of frames) if (frame.src) tell(frame, "localeChanged", { locale: state.locale });
  });
  addEventListener("hashchange", go);
  document.documentElement.dataset.theme = state.theme;
  speak();
  go();
})();
