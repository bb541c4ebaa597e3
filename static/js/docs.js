// The page for programs: Swagger UI reads the schema in place of the plain list of addresses, dark where the page is.
const place = document.getElementById("api-docs");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  supportedSubmitMethods: ["get"],
});
