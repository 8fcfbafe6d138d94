"""Request parameters: declared once, to validate requests and for the OpenAPI document."""
