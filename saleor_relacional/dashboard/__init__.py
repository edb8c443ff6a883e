"""Our pages in the shop's dashboard: server-rendered HTML, htmx, inline SVG. The same on every host."""
