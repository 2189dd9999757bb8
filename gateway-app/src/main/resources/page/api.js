// Of swagger-ui-bundle.js. Nothing leaves for a validator or another server.
globalThis.SwaggerUIBundle({
  url: "openapi.yaml",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
});
