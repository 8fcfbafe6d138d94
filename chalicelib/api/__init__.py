"""HTTP: request parameters, JSON shapes, caching headers, errors, OpenAPI."""
